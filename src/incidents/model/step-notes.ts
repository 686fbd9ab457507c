import type { IncidentEvent } from './events.ts';
import { currentStep, type Incident, stateOf } from './incident.ts';

/** A person's decision that the thread announces in a message of its own, so that everyone concerned is notified. */
export interface StepNote {
  /** Unique within the incident. */
  readonly number: number;
  readonly step: string;
  readonly what: 'declined' | 'cancel-asked' | 'canceled' | 'kept' | 'skipped' | 'went-back' | 'switched';
  readonly by: string;
  /** The person's reason, or what AWS has; for `went-back` the step, and for `switched` the id of the playbook. */
  readonly why: string;
  readonly at: number;
  /** Slack ids of the people whose work it undoes: who started or adjusted the step, and who approved it. */
  readonly to: readonly string[];
}

/** The people who asked for a step, beside those who approved it. */
export interface AskedBy {
  /** The person who started the current playbook; absent if an alarm did. */
  readonly startedBy?: string | undefined;
  /** The people who retried a step or changed its values, by step. */
  readonly askedBy: { readonly [step: string]: readonly string[] };
}

/** The incident with the people and the announcement that this event adds. */
export function withNotes(before: Incident, after: Incident, event: IncidentEvent, at: number): Incident {
  const note = noteOf(before, event);
  return {
    ...after,
    ...askedAfter(before, event),
    ...(note && { notes: [...before.notes, { ...note, number: before.seq, at }] }),
  };
}

function askedAfter({ askedBy }: Incident, event: IncidentEvent): Partial<AskedBy> {
  if (event.type === 'playbook-started') return { startedBy: event.by?.user };
  if (event.type !== 'step-retried' && event.type !== 'step-adjusted') return {};
  const { step, by } = event;
  return { askedBy: { ...askedBy, [step]: [...new Set([...(askedBy[step] ?? []), by.user])] } };
}

type Noted = Omit<StepNote, 'number' | 'at'>;

function noteOf(before: Incident, event: IncidentEvent): Noted | undefined {
  if (!('by' in event) || event.by === undefined) return undefined;
  const by = event.by.user;
  const about = (step: string, what: StepNote['what'], why: string): Noted => ({
    step,
    what,
    by,
    why,
    to: concernedBy(before, step).filter((user) => user !== by),
  });
  switch (event.type) {
    case 'step-declined':
      return about(event.step, 'declined', event.reason);
    case 'step-cancel-asked':
      return about(event.step, 'cancel-asked', '');
    case 'step-canceled':
      return about(event.step, 'canceled', event.says);
    case 'step-kept':
      return about(event.step, 'kept', '');
    case 'step-skipped':
      return about(event.step, 'skipped', event.reason);
    case 'step-renewed':
      return about(event.step, 'went-back', event.steps[0] ?? event.step);
    case 'playbook-started': {
      const step = currentStep(before);
      return step === undefined ? undefined : about(step, 'switched', event.playbook);
    }
    default:
      return undefined;
  }
}

function concernedBy(incident: Incident, step: string): readonly string[] {
  const state = stateOf(incident, step);
  const approvals = 'approvals' in state ? (state.approvals ?? []) : [];
  const { startedBy, askedBy } = incident;
  const asked = [...(startedBy === undefined ? [] : [startedBy]), ...(askedBy[step] ?? [])];
  return [...new Set([...asked, ...approvals.map(({ by }) => by)])];
}
