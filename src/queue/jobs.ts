import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import { fallbackStates } from '../incidents/charge/fallback-states.ts';
import { Page } from '../incidents/charge/pages.ts';

/** All queues, their payloads and retention. Payloads hold IDs only; the journal holds the rest. */

export const StepJob = z.object({
  incident: z.string(),
  step: z.string(),
  attempt: z.number().int().positive(),
  phase: z.enum(['look', 'preview', 'change']),
  failures: z.number().int().nonnegative().default(0),
});
export type StepJob = z.infer<typeof StepJob>;

/** One piece of a data set, or the merge of all pieces if `piece` is missing. */
export const ScanJob = z.object({
  scan: z.string(),
  piece: z.number().int().nonnegative().optional(),
  /** The incident whose step waits for the scan. */
  incident: z.string(),
});
export type ScanJob = z.infer<typeof ScanJob>;

export const DeliverJob = z.object({
  incident: z.string(),
  failures: z.number().int().nonnegative().default(0),
});
export type DeliverJob = z.infer<typeof DeliverJob>;

/** One page to the on-call tool. */
export const PageJob = Page.extend({
  incident: z.string(),
  failures: z.number().int().nonnegative().default(0),
});
export type PageJob = z.infer<typeof PageJob>;

/** One message past Slack, to one of the ways out. `incident` is absent if it is about Slack itself. */
export const FallbackJob = z.object({
  to: z.enum(['webhook', 'topic']),
  incident: z.string().optional(),
  state: z.enum([...fallbackStates, 'slack-down', 'slack-back']),
  /** Unique among all messages of the outage. */
  key: z.string(),
  /** When the outage began. */
  outage: z.number(),
  failures: z.number().int().nonnegative().default(0),
});
export type FallbackJob = z.infer<typeof FallbackJob>;

export const queues = {
  steps: 'relight-steps',
  data: 'relight-data',
  messages: 'relight-messages',
  pages: 'relight-pages',
  sweep: 'relight-sweep',
  watch: 'relight-watch',
} as const;

/** Deterministic, so that adding the same work twice adds one job. BullMQ refuses `:` and plain integers. */
export function stepJobId({ incident, step, attempt, phase }: StepJob): string {
  return `${incident}.${step}.${attempt}.${phase}`;
}

export function pageJobId({ incident, first, action, number }: Omit<PageJob, 'failures'>): string {
  return `${incident}.${first}.${action}.${number}`;
}

/** The queue of pages has them too: every other job there is a page. */
export const fallbackJobName = 'fallback';

export function fallbackJobId({ to, outage, key }: Omit<FallbackJob, 'failures'>): string {
  return `fallback.${outage}.${to}.${key}`;
}

const week = 7 * 24 * 3600;

/** Queue-level retries are for crashes only. On a transient error the job moves itself to delayed. */
export const kept: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: { age: week, count: 10_000 },
  // A failed step or page is queued again by its sweep, which removes the failed job first.
  removeOnFail: { age: 4 * week, count: 1_000 },
};
