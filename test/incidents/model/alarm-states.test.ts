import { describe, expect, it } from 'vitest';
import { alarmEvents, isCleared } from '../../../src/incidents/model/alarm-states.ts';
import type { Alarm, IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { anOpening } from '../../support/a-journal.ts';
import { continued, lead, opened } from './a-history.ts';

const first = { source: 'cloudwatch-alarm', name: 'gpu-errors', reason: 'too many', at: 1_000_000 } as const;
const joined = (changes: Partial<Alarm>): IncidentEvent => ({
  type: 'alarm-joined',
  alarm: { ...first, ...changes },
});
const cleared = (at: number, name: string = first.name): IncidentEvent => ({
  type: 'alarm-cleared',
  alarm: { ...first, name, at },
});
const flapping: IncidentEvent = { type: 'alarm-flapping', name: first.name, changes: 6, minutes: 10 };
const after = (...events: readonly IncidentEvent[]): Incident =>
  continued(opened({ alarm: first }), ...events);
const stateAfter = (...events: readonly IncidentEvent[]): unknown =>
  after(...events).alarmStates.get(first.name);

describe('the alarms of an incident', () => {
  it('are kept in the order of their arrival, also those that did not open it', () => {
    const { alarms, alarmStates } = after(joined({ name: 'disk', at: 5 }), cleared(2_000_000));

    expect(alarms).toEqual([first, { ...first, name: 'disk', at: 5 }]);
    expect([...alarmStates]).toEqual([
      ['gpu-errors', { state: 'OK', at: 2_000_000, flapping: false }],
      ['disk', { state: 'ALARM', at: 5, flapping: false }],
    ]);
  });

  it('have the state of their latest change, in whatever order the changes arrive', () => {
    expect(stateAfter(cleared(999_999))).toMatchObject({ state: 'ALARM', at: 1_000_000 });
    expect(stateAfter(cleared(1_000_000))).toMatchObject({ state: 'OK', at: 1_000_000 });
    expect(stateAfter(cleared(3_000_000), joined({ at: 2_000_000 }))).toMatchObject({ state: 'OK' });
    expect(stateAfter(cleared(2_000_000), joined({ at: 3_000_000 }))).toMatchObject({ state: 'ALARM' });
  });

  it('stay flapping until they are stable, whatever they report meanwhile', () => {
    expect(stateAfter(flapping)).toEqual({ state: 'ALARM', at: 1_000_000, flapping: true });
    expect(stateAfter(flapping, cleared(2_000_000))).toEqual({ state: 'OK', at: 2_000_000, flapping: true });
    expect(
      stateAfter(flapping, { type: 'alarm-settled', name: first.name, state: 'OK', at: 3_000_000 }),
    ).toEqual({ state: 'OK', at: 3_000_000, flapping: false });
    expect([...after({ ...flapping, name: 'unheard-of' } as IncidentEvent).alarmStates.keys()]).toEqual([
      'gpu-errors',
    ]);
  });

  it('count as cleared if all of them have been OK for long enough, and nobody has started work', () => {
    expect(isCleared(after(), 9_000_000)).toBe(false);
    expect(isCleared(after(cleared(2_000_000)), 2_000_000)).toBe(true);
    expect(isCleared(after(cleared(2_000_000)), 1_999_999)).toBe(false);
    expect(isCleared(after(cleared(2_000_000), joined({ name: 'disk' })), 9_000_000)).toBe(false);
    expect(isCleared(after(flapping, cleared(2_000_000)), 9_000_000)).toBe(false);
    expect(isCleared(after(cleared(2_000_000), { type: 'taken', by: lead }), 9_000_000)).toBe(false);
  });

  it('never count as cleared if one of them does not report its own end', () => {
    expect(isCleared(continued(opened(), cleared(2_000_000, anOpening().alarm.name)), 9_000_000)).toBe(false);
    expect(
      isCleared(
        after(
          joined({ source: 'sagemaker-event', name: 'Failed' }),
          cleared(2_000_000),
          cleared(2_000_000, 'Failed'),
        ),
        9_000_000,
      ),
    ).toBe(false);
  });
});

describe('what an alarm adds to the journal', () => {
  const added = (incident: Incident, type: 'alarm-joined' | 'alarm-cleared', changes: Partial<Alarm> = {}) =>
    alarmEvents(incident, { ...first, ...changes }, type, undefined);

  it('is nothing for an alarm that it has, whichever path delivers it', () => {
    expect(added(after(), 'alarm-joined')).toEqual([]);
    expect(added(after(), 'alarm-joined', { at: 1_000_999, reason: 'the other path' })).toEqual([]);
    expect(added(after(), 'alarm-joined', { at: 999_001 })).toEqual([]);
  });

  it.each([
    { at: 1_001_000 },
    { at: 999_000 },
    { name: 'disk' },
    { source: 'sagemaker-event' },
    { job: 'job-2' },
  ] as const)('is the alarm if it differs in %o', (changes) => {
    expect(added(after(), 'alarm-joined', changes)).toEqual([
      { type: 'alarm-joined', alarm: { ...first, ...changes } },
    ]);
    expect(added(after(joined({ name: 'before' })), 'alarm-joined', changes)).toHaveLength(1);
  });

  it('is the end of an alarm once, and only if that is later than its beginning', () => {
    expect(added(after(), 'alarm-cleared', { at: 2_000_000 })).toEqual([
      { type: 'alarm-cleared', alarm: { ...first, at: 2_000_000 } },
    ]);
    expect(added(after(), 'alarm-cleared')).toHaveLength(1);
    expect(added(after(), 'alarm-cleared', { at: 999_999 })).toEqual([]);
    expect(added(after(cleared(2_000_000)), 'alarm-cleared', { at: 3_000_000 })).toEqual([]);
    expect(added(after(), 'alarm-cleared', { name: 'unheard-of' })).toEqual([]);
  });

  it('says once that the alarm flaps, and nothing more while it does', () => {
    const often = { changes: 6, minutes: 10 };

    expect(alarmEvents(after(), { ...first, at: 2_000_000 }, 'alarm-cleared', often)).toEqual([
      { type: 'alarm-cleared', alarm: { ...first, at: 2_000_000 } },
      { type: 'alarm-flapping', name: first.name, ...often },
    ]);
    expect(added(after(flapping), 'alarm-cleared', { at: 2_000_000 })).toEqual([]);
    expect(added(after(flapping), 'alarm-joined', { at: 2_000_000 })).toEqual([]);
  });
});
