import { markOf, stillOpen, type TryFacts } from '../../ports/calls.ts';
import type { Proposal } from '../../ports/step-output.ts';
import type { Entry, IncidentEvent } from '../model/events.ts';

/** A request that was once laid before people, whatever has become of its step since. */
export interface FoundRequest {
  readonly proposal: Proposal;
  readonly hash: string;
  readonly approved: boolean;
  readonly sent: Sent;
  /** What the tags of its calls are made of. */
  readonly facts: TryFacts;
}

/** What the journal knows of the sending: a step that failed while it ran may have sent a part of its calls. */
export type Sent = 'no' | 'maybe' | 'yes';

/** What leads to a request: a button carries the first letters of the hash. */
export interface RequestRef {
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  readonly hash: string;
}

/** Looks in the journal, which keeps every request: also one of an earlier try, or of an incident that was closed. */
export function findRequest(journal: readonly Entry[], ref: RequestRef): FoundRequest | undefined {
  const events = journal.map(({ event }) => event).filter((event) => isOfTry(event, ref));
  const proposed = events.find((event) => event.type === 'step-proposed' && isShown(event.hash, ref));
  if (proposed?.type !== 'step-proposed') return undefined;
  const { proposal, hash, needs } = proposed;
  const people = events.reduce(approversAfter, []);
  const approved = people.length >= needs;
  const approvers = approved ? people : [...people, stillOpen];
  return {
    proposal,
    hash,
    approved,
    sent: sentOf(events, proposal),
    facts: { id: markOf(ref).id, incident: ref.incident, hash, approvers },
  };
}

function sentOf(events: readonly IncidentEvent[], { request }: Proposal): Sent {
  const done = events.find((event) => event.type === 'step-done');
  if (done?.type === 'step-done') return isOfAnother(done.result, request) ? 'no' : 'yes';
  return events.some(({ type }) => type === 'step-begun') ? 'maybe' : 'no';
}

/** A step may find that the job trains already, and leave it at that: its result names that job. */
function isOfAnother(result: unknown, { TrainingJobName: asked }: Proposal['request']): boolean {
  const job = (result as { readonly job?: unknown } | null)?.job;
  return typeof job === 'string' && typeof asked === 'string' && job !== asked;
}

function isOfTry(event: IncidentEvent, { step, attempt }: RequestRef): boolean {
  return 'attempt' in event && event.step === step && event.attempt === attempt;
}

function isShown(hash: string, ref: RequestRef): boolean {
  return ref.hash !== '' && hash.startsWith(ref.hash);
}

function approversAfter(before: readonly string[], event: IncidentEvent): readonly string[] {
  if (event.type === 'step-approved') return [...before, event.by.user];
  if (event.type !== 'step-lapsed') return before;
  return event.of === undefined ? [] : before.filter((user) => !event.of?.includes(user));
}
