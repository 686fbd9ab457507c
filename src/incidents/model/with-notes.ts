import { isDeepStrictEqual } from 'node:util';
import { isByAutopilot } from '../../playbooks/approved.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { Actor, EventOf, IncidentEvent } from './events.ts';
import { currentStep, type Incident, stateOf } from './incident.ts';
import type { AskedBy, EndedRequest, StepNote } from './step-notes.ts';

/** The incident with the people and the announcement that this event adds. */
export function withNotes(before: Incident, after: Incident, event: IncidentEvent, at: number): Incident {
  const note = noteOf(before, event) ?? approvalsEnded(before, after, event);
  return {
    ...after,
    ...askedAfter(before, event),
    ...(note && { notes: [...before.notes, { ...note, number: before.seq, at }] }),
  };
}

function askedAfter(before: Incident, event: IncidentEvent): Partial<AskedBy> {
  // The failure that reopens an incident is news to whoever started it.
  if (event.type === 'reopened') return { startedBy: event.by?.user };
  if (event.type === 'playbook-started') return { startedBy: startedBy(before, event) };
  if (!isRequest(event)) return {};
  const { step, by } = event;
  const { askedBy, requestedBy, adjustedBy } = before;
  return {
    askedBy: { ...askedBy, [step]: [...new Set([...(askedBy[step] ?? []), by.user])] },
    requestedBy: { ...requestedBy, [step]: by.user },
    ...(event.type === 'step-adjusted' &&
      !isDeepStrictEqual(before.adjusted[step] ?? {}, event.answers) && {
        adjustedBy: { ...adjustedBy, [step]: by.user },
      }),
  };
}

type Request =
  | EventOf<'step-retried' | 'step-adjusted' | 'step-stop-asked'>
  | (EventOf<'step-renewed'> & { readonly by: Actor });

function isRequest(event: IncidentEvent): event is Request {
  if (event.type === 'step-renewed') return event.by !== undefined;
  return event.type === 'step-retried' || event.type === 'step-adjusted' || event.type === 'step-stop-asked';
}

/** A playbook that takes over automatically is still the work of the person who started the first one. */
function startedBy(before: Incident, event: EventOf<'playbook-started'>): string | undefined {
  return event.by?.user ?? (event.chosen === true ? routedBy(before) : undefined) ?? before.startedBy;
}

/** The person who chose this playbook in a form of the previous one. */
function routedBy({ pinned, states }: Incident): string | undefined {
  const answers = pinned.flatMap((key) => {
    const state = states[key];
    return state?.status === 'done' && state.by !== undefined ? [state.by] : [];
  });
  return answers.at(-1);
}

type Noted = Omit<StepNote, 'number' | 'at'>;

function noteOf(before: Incident, event: IncidentEvent): Noted | undefined {
  if (event.type === 'result-not-archived') {
    const { step, why } = event;
    return { step, what: 'not-archived', why, to: concernedBy(before, step) };
  }
  if (!('by' in event) || event.by === undefined) return undefined;
  const note = noteOn(event, currentStep(before));
  if (note === undefined) return undefined;
  const by = event.by.user;
  return { ...note, by, to: concernedBy(before, note.step).filter((user) => user !== by) };
}

type Words = Pick<StepNote, 'what' | 'why'>;

/** By event type, for the events of a step. */
const stepWords: {
  readonly [T in IncidentEvent['type']]?: (event: EventOf<T>) => Words;
} = {
  'step-declined': ({ reason }) => ({ what: 'declined', why: reason }),
  'step-cancel-asked': () => ({ what: 'cancel-asked', why: '' }),
  'step-canceled': ({ says }) => ({ what: 'canceled', why: says }),
  'step-kept': () => ({ what: 'kept', why: '' }),
  'step-skipped': ({ reason }) => ({ what: 'skipped', why: reason }),
  'step-renewed': ({ step, steps }) => ({ what: 'went-back', why: steps[0] ?? step }),
};

function noteOn(
  event: IncidentEvent,
  current: string | undefined,
): (Words & Pick<StepNote, 'step'>) | undefined {
  if (event.type === 'playbook-started')
    return current === undefined ? undefined : { step: current, what: 'switched', why: event.playbook };
  // The table has the function for this event's own type.
  const words = stepWords[event.type] as ((event: IncidentEvent) => Words) | undefined;
  return words === undefined || !('step' in event) || event.step === undefined
    ? undefined
    : { ...words(event), step: event.step };
}

/**
 * Whoever approved a request believes that nothing is left to do, so the thread says when an approval no longer counts.
 * A request that people declined or canceled was announced then.
 */
function approvalsEnded(before: Incident, after: Incident, event: IncidentEvent): Noted | undefined {
  const step = currentStep(before);
  const status = step === undefined ? undefined : stateOf(before, step).status;
  if (step === undefined || status === 'declined' || status === 'canceled') return undefined;
  const still = approversOf(after, step);
  const to = approversOf(before, step).filter((user) => !still.includes(user));
  if (to.length === 0) return undefined;
  const by = 'by' in event ? event.by?.user : undefined;
  return {
    step,
    what: 'approvals-ended',
    why: whyEnded(event),
    ended: endedRequest(stateOf(after, step)),
    to,
    ...(by !== undefined && { by }),
  };
}

function endedRequest({ status }: StepState): EndedRequest {
  if (status === 'proposed') return 'waiting';
  return status === 'skipped' ? 'gone' : 'replaced';
}

/** Empty if a person did it: then the thread names the person instead. */
function whyEnded(event: IncidentEvent): string {
  if (event.type === 'step-lapsed' || event.type === 'step-renewed') return event.why;
  if (event.type === 'step-skipped') return event.reason;
  return event.type === 'playbook-started' ? 'another playbook took over' : '';
}

function concernedBy(incident: Incident, step: string): readonly string[] {
  const { startedBy, askedBy } = incident;
  const asked = [...(startedBy === undefined ? [] : [startedBy]), ...(askedBy[step] ?? [])];
  return [...new Set([...asked, ...approversOf(incident, step)])];
}

/** The people who approved the request of the step; Autopilot is none. */
function approversOf(incident: Incident, step: string): readonly string[] {
  const state = stateOf(incident, step);
  const approvals = 'approvals' in state ? (state.approvals ?? []) : [];
  return approvals.filter((approval) => !isByAutopilot(approval)).map(({ by }) => by);
}
