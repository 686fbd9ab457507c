import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { lead, nobody, ofStep, started } from './a-history.ts';

export const closed: IncidentEvent = { type: 'closed', why: 'done' };
export const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
export const reopened: EventOf<'reopened'> = { type: 'reopened', job: 'job-2', why: 'failed again', at: 5 };
const alarm = anOpening().alarm;
const earned = { succeeded: 3, failed: 0 };

/** At least one example of every event. */
export const everyEvent: readonly IncidentEvent[] = [
  anOpening(),
  { type: 'alarm-joined', alarm: { ...alarm, name: 'another' } },
  { type: 'alarm-cleared', alarm },
  { type: 'alarm-flapping', name: alarm.name, changes: 6, minutes: 10 },
  { type: 'alarm-settled', name: alarm.name, state: 'OK', at: 7 },
  { type: 'job-joined', job: 'job-9', tier: 'gold', kind: 'spot_interruption', at: 9 },
  { type: 'held', hold: 'h', name: 'window', until: 9 },
  { type: 'released', why: 'over' },
  { type: 'snoozed', number: 1, scope: 'job', until: 9, why: 'known', by: lead },
  { type: 'changes-halted', since: 3, why: 'storm', source: 'command', by: lead },
  { type: 'changes-resumed', since: 3, by: lead },
  { type: 'snooze-ended', number: 1, by: lead },
  started,
  { type: 'trail-viewed', by: lead },
  { type: 'refused', by: lead, why: 'no role' },
  { type: 'request-viewed', step: 'resumed', attempt: 1, by: lead },
  { type: 'aws-called', step: 'resumed', attempt: 1, calls: [] },
  { type: 'result-not-archived', step: 'resumed', attempt: 1, why: 'away' },
  { type: 'unknown-event', name: 'newer' },
  { type: 'taken', by: lead },
  { type: 'handed-over', to: 'U0OTHER', by: lead },
  { type: 'take-reminded', number: 1, minutes: 5, call: nobody },
  { type: 'paused', why: 'wait', by: lead },
  { type: 'unpaused', by: lead },
  { type: 'job-took-over', job: 'job-7', by: lead },
  { type: 'follow-ended', job: 'job-7', status: 'Completed' },
  { type: 'duplicate-joined', incident: 'rl-2', job: 'job-2', by: lead },
  { type: 'linked', incident: 'rl-2', link: 'https://slack.example/1' },
  { type: 'attempts-spent', attempts: 3, call: nobody },
  { type: 'attempt-allowed', by: lead },
  { type: 'escalated', level: 'lead', number: 1, percent: 80, deadline: 9, call: nobody, pages: true },
  { type: 'escalation-acknowledged', level: 'lead', by: lead },
  { type: 'paged', level: 'lead', first: 1, action: 'trigger', number: 1 },
  { type: 'glass-broken', why: 'nobody', until: 9, call: nobody, by: lead },
  { type: 'help-called', call: nobody, by: lead },
  { type: 'drill-scored', score: { points: 9, rtoMinutes: 60, rpoMinutes: 30, cost: [] } },
  { type: 'tier-removed', tier: 'gold', needs: 2 },
  { type: 'playbook-lost', playbook: 'resume', run: 1, how: 'removed' },
  { type: 'postmortem-written', result: { key: 'p' } } as unknown as IncidentEvent,
  { type: 'follow-up-done', number: 1, by: lead } as IncidentEvent,
  { type: 'autopilot-armed', step: 'resumed', attempt: 1, hash: ofStep.proposed.hash, until: 9, earned },
  { type: 'autopilot-approved', step: 'resumed', attempt: 1, hash: ofStep.proposed.hash, mode: 'auto' },
  recovered,
  { type: 'outcome-told', says: 'restored by hand', by: lead },
  { type: 'failure-dated', at: 3 },
  reopened,
  closed,
  ...Object.values(ofStep),
];
