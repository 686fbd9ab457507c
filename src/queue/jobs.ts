import type { JobsOptions } from 'bullmq';
import { z } from 'zod';

/** The one table of queues: what a job carries, and how it is kept. Payloads hold ids only; the journal holds the rest. */

export const StepJob = z.object({
  incident: z.string(),
  step: z.string(),
  attempt: z.number().int().positive(),
  phase: z.enum(['look', 'preview', 'change']),
  /** How often passing errors have been met so far in this job. */
  failures: z.number().int().nonnegative().default(0),
});
export type StepJob = z.infer<typeof StepJob>;

/** One piece of a data set, or what comes when all are read: `piece` is left out then. */
export const ScanJob = z.object({
  scan: z.string(),
  piece: z.number().int().nonnegative().optional(),
  /** Whose step waits for it. */
  incident: z.string(),
});
export type ScanJob = z.infer<typeof ScanJob>;

export const DeliverJob = z.object({ incident: z.string() });
export type DeliverJob = z.infer<typeof DeliverJob>;

export const queues = {
  steps: 'relight-steps',
  data: 'relight-data',
  messages: 'relight-messages',
  sweep: 'relight-sweep',
  watch: 'relight-watch',
} as const;

/** Deterministic, so that asking twice for the same work adds one job; BullMQ refuses `:` and plain integers. */
export function stepJobId({ incident, step, attempt, phase }: StepJob): string {
  return `${incident}.${step}.${attempt}.${phase}`;
}

const week = 7 * 24 * 3600;

/** A queue-level retry is for crashes only: passing errors are waited out by the job itself, which moves to delayed. */
export const kept: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: { age: week, count: 10_000 },
  removeOnFail: false,
};
