import { describe, expect, it } from 'vitest';
import { rtoClock } from '../../../src/incidents/model/clock.ts';
import type { Alarm, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { continued, lead, opened, timeOf } from './a-history.ts';

const minute = 60_000;
const { alarm } = anOpening();
const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
const closed: IncidentEvent = { type: 'closed', why: 'done' };
const joined = (changes: Partial<Alarm>): IncidentEvent => ({
  type: 'alarm-joined',
  alarm: { ...alarm, name: 'another', ...changes },
});

describe('the start of an incident’s clock', () => {
  const failedAt = (...events: readonly IncidentEvent[]): number => continued(opened(), ...events).failedAt;

  it('is the earliest alarm, in whatever order the alarms arrive', () => {
    expect(failedAt()).toBe(1_000_000);
    expect(failedAt(joined({ at: 900_000 }))).toBe(900_000);
    expect(failedAt(joined({ at: 1_100_000 }))).toBe(1_000_000);
  });

  it.each([
    ['is about another job', { job: 'job-2' }],
    ['is a warning of the RPO', { source: 'rpo-watch' }],
    ['is a command of a person', { source: 'person' }],
  ] as const)('does not move by an alarm that %s', (_, changes) => {
    expect(failedAt(joined({ ...changes, at: 900_000 }))).toBe(1_000_000);
  });

  it('does not move while the incident is only a warning, once it has recovered, or once it is closed', () => {
    const warning = opened({ kind: 'checkpoints_stopped' });

    expect(continued(warning, joined({ at: 900_000 })).failedAt).toBe(1_000_000);
    expect(failedAt(recovered, joined({ at: 900_000 }))).toBe(1_000_000);
    expect(failedAt(closed, joined({ at: 900_000 }))).toBe(1_000_000);
    expect(failedAt({ type: 'alarm-cleared', alarm: { ...alarm, at: 900_000 } })).toBe(1_000_000);
  });

  it('is certain once an alarm or AWS tells it, if only a person had reported the failure', () => {
    const reported = opened({ alarm: { ...alarm, source: 'person' } });

    expect(continued(reported, joined({})).dated).toBe(true);
    expect(continued(reported, joined({ source: 'person' })).dated).toBe(false);
    expect(continued(reported, { type: 'failure-dated', at: 700_000 })).toMatchObject({
      dated: true,
      failedAt: 700_000,
      kind: 'spot_interruption',
    });
    expect(continued(reported, { type: 'failure-dated', at: 1, kind: 'oom_gpu' }).kind).toBe('oom_gpu');
  });

  it('is the first failure among many jobs, with the objectives of the most urgent one', () => {
    const job = { type: 'job-joined', job: 'job-2', tier: 'urgent', kind: 'oom_gpu', at: 800_000 } as const;
    const promise = { rtoMinutes: 59, rpoMinutes: 5 };

    expect(continued(opened(), job)).toMatchObject({
      failedAt: 800_000,
      tier: 'gold',
      rtoMinutes: 60,
      rpoMinutes: 30,
      affectedJobs: [{ job: 'job-2', tier: 'urgent', kind: 'oom_gpu', at: 800_000 }],
    });
    expect(continued(opened(), { ...job, promise, at: 2_000_000, own: 'rl-9' })).toMatchObject({
      failedAt: 1_000_000,
      tier: 'urgent',
      ...promise,
      affectedJobs: [{ own: 'rl-9' }],
    });
    expect(continued(opened(), { ...job, promise: { ...promise, rtoMinutes: 60 } }).tier).toBe('gold');
    expect(continued(opened(), job, { ...job, job: 'job-3' }).affectedJobs.map((one) => one.job)).toEqual([
      'job-2',
      'job-3',
    ]);
  });
});

describe('the clock of an incident', () => {
  it('counts from the failure, and is broken when the deadline has passed', () => {
    expect(rtoClock(opened(), 1_000_000 + 20.5 * minute)).toEqual({
      startedAt: 1_000_000,
      deadline: 1_000_000 + 60 * minute,
      minutesUsed: 20,
      minutesLeft: 39,
      stopped: false,
      broken: false,
    });
    expect(rtoClock(opened(), 1_000_000 + 60 * minute)).toMatchObject({ minutesLeft: 0, broken: false });
    expect(rtoClock(opened(), 1_000_001 + 60 * minute)).toMatchObject({ minutesLeft: -1, broken: true });
    expect(rtoClock(opened(), 0)).toMatchObject({ minutesUsed: 0 });
  });

  it.each([
    ['recovery', recovered],
    ['outcome that a person reports', { type: 'outcome-told', says: 'by hand', by: lead }],
    ['close', closed],
  ] as const)('stops at the %s', (_, event) => {
    const incident = continued(opened(), event);
    const minutesUsed = Math.floor((timeOf(1) - 1_000_000) / minute);

    expect(rtoClock(incident, 1_000_000 + 99 * minute)).toMatchObject({
      minutesUsed,
      stopped: true,
      broken: false,
    });
    expect(rtoClock(incident, timeOf(1))).toMatchObject({ stopped: true });
  });

  it('stops at the recovery although the incident was closed later', () => {
    const long = Array.from({ length: 120 }, (): IncidentEvent => ({ type: 'unknown-event', name: 'any' }));
    const told: IncidentEvent = { type: 'outcome-told', says: 'by hand', by: lead };
    const used = (...events: readonly IncidentEvent[]): number =>
      rtoClock(continued(opened(), ...events), 9e9).minutesUsed;

    expect(used(recovered, ...long, closed)).toBe(1);
    expect(used(told, ...long, closed)).toBe(1);
    expect(used(recovered, ...long, told)).toBe(1);
    expect(used(...long, closed)).toBe(3);
  });
});
