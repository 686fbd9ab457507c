import { autopilot, isByAutopilot } from '../../playbooks/approved.ts';
import { attemptKeyOf, stillOpen, type TryFacts } from '../../ports/calls.ts';
import type { Proposal } from '../../ports/step-output.ts';
import type { Entry, IncidentEvent } from '../model/events.ts';

/** A request that was proposed at some time, whatever the state of its step is now. */
export interface FoundRequest {
  readonly proposal: Proposal;
  readonly hash: string;
  readonly approved: boolean;
  readonly sent: Sent;
  /** The facts that the tags of its calls are computed from. */
  readonly facts: TryFacts;
}

/** Whether the request was sent, as far as the journal shows: a step that failed while running may have sent some calls. */
export type Sent = 'no' | 'maybe' | 'yes';

/** Identifies a request. A button carries only the first characters of the hash. */
export interface RequestRef {
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  readonly hash: string;
}

/** Finds a request in the journal, which keeps all of them: also those of earlier attempts and of closed incidents. */
export function findRequest(journal: readonly Entry[], ref: RequestRef): FoundRequest | undefined {
  const events = journal.map(({ event }) => event).filter((event) => isOfAttempt(event, ref));
  const proposed = events.find((event) => event.type === 'step-proposed' && isShown(event.hash, ref));
  if (proposed?.type !== 'step-proposed') return undefined;
  const { proposal, hash, needs } = proposed;
  const people = events.reduce(approversAfter, []);
  const byGlass = events.findLast(({ type }) => type === 'step-approved' || type === 'step-lapsed');
  const approved =
    people.some((by) => isByAutopilot({ by })) ||
    people.length >= needs ||
    (byGlass?.type === 'step-approved' && byGlass.glassAt !== undefined);
  const approvers = approved ? people : [...people, stillOpen];
  return {
    proposal,
    hash,
    approved,
    sent: sentOf(events, proposal),
    facts: { id: attemptKeyOf(ref).id, incident: ref.incident, hash, approvers },
  };
}

function sentOf(events: readonly IncidentEvent[], { request }: Proposal): Sent {
  const done = events.find((event) => event.type === 'step-done');
  if (done?.type === 'step-done') return adoptedAnother(done.result, request) ? 'no' : 'yes';
  return events.some(({ type }) => type === 'step-begun') ? 'maybe' : 'no';
}

/** A step may adopt a job that already trains instead of launching one: its result then names that job. */
function adoptedAnother(result: unknown, { TrainingJobName: requested }: Proposal['request']): boolean {
  const job = (result as { readonly job?: unknown } | null)?.job;
  return typeof job === 'string' && typeof requested === 'string' && job !== requested;
}

function isOfAttempt(event: IncidentEvent, { step, attempt }: RequestRef): boolean {
  return 'attempt' in event && event.step === step && event.attempt === attempt;
}

function isShown(hash: string, ref: RequestRef): boolean {
  return ref.hash !== '' && hash.startsWith(ref.hash);
}

function approversAfter(before: readonly string[], event: IncidentEvent): readonly string[] {
  if (event.type === 'step-approved') return [...new Set([...before, event.by.user])];
  if (event.type === 'autopilot-approved') return [...before, autopilot];
  if (event.type === 'autopilot-held') return before.filter((by) => !isByAutopilot({ by }));
  if (event.type !== 'step-lapsed') return before;
  return event.of === undefined ? [] : before.filter((user) => !event.of?.includes(user));
}
