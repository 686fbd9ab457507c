import { z } from 'zod';
import type { JsonObject } from './basics.ts';
import { Basis } from './basis.ts';
import { sha256 } from './canonical.ts';
import { KeptFile } from './files.ts';

/** What actions give back: something to report, something to approve, or nothing yet. */

/** What people read of a step: one headline, then facts, then lines for whoever wants more. Plain text, never markup. */
export const Report = z.object({
  headline: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })).optional(),
  lines: z.array(z.string()).optional(),
});
export type Report = z.infer<typeof Report>;

/** One field of a request against the same field of the failed job; `undefined` on one side: the field is not there. */
export const Difference = z.object({
  field: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  why: z.string().optional(),
  /** Set where the value is one that a person typed or chose in a form. */
  by: z.literal('person').optional(),
});
export type Difference = z.infer<typeof Difference>;

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

/** What a change would do: the request is frozen and hashed, approved as it stands, and sent as it stands. */
export const Proposal = z.object({
  headline: z.string(),
  request: z.custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
  /** The training job that the request is a copy of: secrets of the request are read from there when it is sent. */
  source: z.string().optional(),
  differences: z.array(Difference),
  warnings: z.array(z.string()),
  /** What people read in place of the action's own words, where the values chosen make those untrue. */
  words: ProposalWords.optional(),
  /** What has to be the same still when the change runs; approved together with the request. */
  reliesOn: z.array(Basis).optional(),
  /** The whole request as a file for the thread, where the message has no room for it. */
  files: z.array(KeptFile).optional(),
});
export type Proposal = z.infer<typeof Proposal>;

/** SHA-256 of what people approve: the request together with everything it relies on. */
export function proposalHash({ request, reliesOn = [] }: Pick<Proposal, 'request' | 'reliesOn'>): string {
  // Proposals that rely on nothing, and those of earlier versions, are identified by their request alone.
  return reliesOn.length === 0 ? sha256(request) : sha256({ request, reliesOn });
}

/** Return it from `run` when there is nothing to report yet: the job gives its worker free and looks again later. */
export class Again {
  readonly afterMs: number;
  readonly note: string;
  constructor(afterMs: number, note: string) {
    this.afterMs = afterMs;
    this.note = note;
  }
}
