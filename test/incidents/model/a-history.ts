import { OpsError } from '../../../src/errors.ts';
import type { Call } from '../../../src/incidents/model/calls/call.ts';
import type { EventOf, IncidentEvent, Opened } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { apply, incidentFrom } from '../../../src/incidents/model/reduce.ts';
import type { StepState } from '../../../src/playbooks/runner.ts';
import { anOpening } from '../../support/a-journal.ts';

/** When the incident was opened, in ms: a minute after its alarm. */
export const openedAt = 1_060_000;
/** When the event with this number, from 1, was recorded: one every second. */
export const timeOf = (number: number): number => openedAt + number * 1_000;

export const lead = { user: 'U0LEAD', via: 'button' } as const;
export const other = { user: 'U0OTHER', via: 'form' } as const;
export const nobody: Call = { users: [], groups: [] };

/** An incident that has only been opened. */
export function opened(changes: Partial<Opened> = {}): Incident {
  const event = anOpening(changes);
  return incidentFrom([{ seq: 0, at: openedAt, event, prev: '', hash: '' }]);
}

/** The incident after these events too. */
export function continued(incident: Incident, ...events: readonly IncidentEvent[]): Incident {
  return events.reduce((before, event) => apply(before, { event, at: timeOf(before.seq) }), incident);
}

export const started: EventOf<'playbook-started'> = {
  type: 'playbook-started',
  playbook: 'resume',
  steps: ['found', 'resumed', 'document'],
};

/** An incident whose playbook was started automatically and that had these events after that. */
export function after(...events: readonly IncidentEvent[]): Incident {
  return continued(opened(), started, ...events);
}

/** The code of the refusal, or undefined if the event was accepted. */
export function refusal(incident: Incident, event: IncidentEvent): string | undefined {
  try {
    continued(incident, event);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
}

const step = 'resumed';
export const proposal = { headline: 'Launch', request: {}, differences: [], warnings: [] };
export const hash = 'abcdef0123456789';
const ofAttempt = { step, attempt: 1 } as const;

/** An example of each event of a step, for its first attempt. */
export const ofStep = {
  progress: { type: 'step-progress', ...ofAttempt, note: 'copying' },
  skipped: { type: 'step-skipped', step, reason: 'not needed', by: lead },
  proposed: { type: 'step-proposed', ...ofAttempt, proposal, hash, role: 'lead', needs: 1 },
  approved: { type: 'step-approved', ...ofAttempt, hash, by: lead },
  reminded: { type: 'step-reminded', ...ofAttempt, call: { users: [], groups: [] }, asked: [] },
  lapsed: { type: 'step-lapsed', ...ofAttempt, why: 'too old' },
  declined: { type: 'step-declined', ...ofAttempt, by: lead, reason: 'too dear' },
  renewed: { type: 'step-renewed', step, attempt: 2, why: 'the image changed', steps: [] },
  begun: { type: 'step-begun', ...ofAttempt, hash, marksSent: true },
  sent: { type: 'step-sent', ...ofAttempt },
  cancelAsked: { type: 'step-cancel-asked', ...ofAttempt, by: lead },
  canceled: { type: 'step-canceled', ...ofAttempt, by: lead, says: 'Nothing was sent.', sent: false },
  kept: { type: 'step-kept', ...ofAttempt, by: lead },
  stopAsked: { type: 'step-stop-asked', step, attempt: 2, by: lead, job: 'job-2' },
  done: { type: 'step-done', ...ofAttempt, result: { name: 'job-2' } },
  failed: { type: 'step-failed', ...ofAttempt, code: 'aws-refused', says: 'no', next: 'ask' },
  retried: { type: 'step-retried', step, attempt: 2, by: lead },
  adjusted: { type: 'step-adjusted', step, attempt: 2, by: lead, answers: { count: '2' } },
  answered: { type: 'step-answered', ...ofAttempt, by: lead, answers: { done: 'yes' } },
} as const satisfies Record<string, IncidentEvent>;

/** The events that bring a step into a state. */
export const into: Readonly<Record<StepState['status'], readonly IncidentEvent[]>> = {
  waiting: [],
  working: [ofStep.progress],
  proposed: [ofStep.proposed],
  changing: [ofStep.proposed, ofStep.approved, ofStep.begun],
  done: [ofStep.done],
  skipped: [ofStep.skipped],
  failed: [ofStep.failed],
  declined: [ofStep.proposed, ofStep.declined],
  canceled: [ofStep.proposed, ofStep.canceled],
};

/** The state of the step after these events. */
export function stepAfter(...events: readonly IncidentEvent[]): StepState | undefined {
  return after(...events).states[step];
}
