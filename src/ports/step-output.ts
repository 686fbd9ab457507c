import { z } from 'zod';
import type { JsonObject } from './basics.ts';
import { Basis } from './basis.ts';
import { sha256 } from './canonical.ts';
import { KeptFile } from './files.ts';
import { RecoveryTime, WorkLost } from './history/recovery-time.ts';
import { SeenBefore } from './history/seen-before.ts';

/**
 * A step as people read it: one headline, then facts, then lines for the details. Plain text, never markup.
 *
 * @example { headline: 'checkpoint-1300 is good', facts: [{ label: 'Age', value: '5 min' }] }
 */
export const Report = z.object({
  headline: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })).optional(),
  lines: z.array(z.string()).optional(),
  /** Incidents that broke in the same way. */
  seenBefore: SeenBefore.optional(),
});
export type Report = z.infer<typeof Report>;

/**
 * One field of a request compared with the failed job; `before` or `after` is absent if that side lacks the field.
 *
 * @example { field: 'ResourceConfig.InstanceType', before: 'ml.p4d.24xlarge', after: 'ml.p5.48xlarge' }
 */
export const Difference = z.object({
  field: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  why: z.string().optional(),
  /** Set if a person typed or chose the value in a form. */
  by: z.literal('person').optional(),
});
export type Difference = z.infer<typeof Difference>;

/** Words of an action that a proposal replaces. */
const ProposalWords = z
  .object({
    title: z.string(),
    does: z.string(),
    button: z.string(),
    /** On the button that opens the form for other values. */
    adjust: z.string(),
  })
  .partial();
export type ProposalWords = z.infer<typeof ProposalWords>;

/**
 * The conditions of a change, one sentence each, as people read them before they approve.
 *
 * @example { undo: 'The previous configuration is kept: the endpoint can be switched back.' }
 */
const Terms = z.object({
  /** Absent if the change does not change what is paid. */
  price: z.string().optional(),
  /** What can and what cannot be undone. */
  undo: z.string(),
  /** The caps that it uses up. */
  caps: z.array(z.string()).optional(),
});
export type Terms = z.infer<typeof Terms>;

/**
 * A change that waits for approval. The request is frozen and hashed, and exactly what was approved is sent.
 *
 * @example { headline: 'Stop job-1', request: { TrainingJobName: 'job-1' }, differences: [], warnings: [] }
 */
export const Proposal = z.object({
  headline: z.string(),
  request: z.custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
  /** The training job that the request copies; the secrets are read from it when the request is sent. */
  source: z.string().optional(),
  differences: z.array(Difference),
  warnings: z.array(z.string()),
  terms: Terms.optional(),
  /** How long it takes until the recovery, once it is approved; absent if nothing is known about that. */
  recovery: RecoveryTime.optional(),
  /** Absent if it repeats no work. */
  lost: WorkLost.optional(),
  /** Replaces the action's own words if the chosen values make those untrue. */
  words: ProposalWords.optional(),
  /** What must not have changed when the change runs; approved together with the request. */
  reliesOn: z.array(Basis).optional(),
  /** The whole request as a file for the thread, if the message has no room for it. */
  files: z.array(KeptFile).optional(),
});
export type Proposal = z.infer<typeof Proposal>;

/** SHA-256 of what people approve: the request together with everything it relies on. */
export function proposalHash({ request, reliesOn = [] }: Pick<Proposal, 'request' | 'reliesOn'>): string {
  // Proposals that rely on nothing, and those of earlier versions, are identified by their request alone.
  return reliesOn.length === 0 ? sha256(request) : sha256({ request, reliesOn });
}

/**
 * Return it from `run` if there is nothing to report yet: the queue job frees its worker and looks again after `afterMs`
 * milliseconds. People read the note meanwhile.
 *
 * @example return new Again(15_000, `${job} is stopping`);
 */
export class Again {
  readonly afterMs: number;
  readonly note: string;
  constructor(afterMs: number, note: string) {
    this.afterMs = afterMs;
    this.note = note;
  }
}
