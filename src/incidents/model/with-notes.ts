import type { IncidentEvent } from './events.ts';
import { currentStep, type Incident, stateOf } from './incident.ts';
import type { AskedBy, StepNote } from './step-notes.ts';

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
