import { describe, expect, it } from 'vitest';
import {
  highestCalled,
  presentLevels,
  rankOf,
} from '../../../src/incidents/model/calls/escalation-states.ts';
import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, lead, nobody, opened, timeOf } from './a-history.ts';

type Level = EventOf<'escalated'>['level'];
const called = (level: Level, number = 1, pages = false): IncidentEvent => ({
  type: 'escalated',
  level,
  number,
  percent: 80,
  deadline: 9,
  call: nobody,
  pages,
});
const acknowledged = (level: Level): IncidentEvent => ({ type: 'escalation-acknowledged', level, by: lead });
const paged = (changes: Partial<EventOf<'paged'>>): IncidentEvent => ({
  type: 'paged',
  level: 'lead',
  first: 2,
  action: 'trigger',
  number: 1,
  ...changes,
});
const reopening: readonly IncidentEvent[] = [
  { type: 'recovered', how: 'it trains' },
  { type: 'reopened', job: 'job-2', why: 'failed again', at: 5 },
];
const levelsAfter = (...events: readonly IncidentEvent[]) => after(...events).called;

describe('the levels of an escalation', () => {
  it('are kept with their first call, the number and time of the last one, and whether any of them pages', () => {
    expect(levelsAfter(called('responder'), called('lead', 1, true), called('lead', 2))).toEqual([
      { level: 'responder', first: 2, number: 1, at: timeOf(2), pages: false },
      { level: 'lead', first: 3, number: 2, at: timeOf(4), pages: true },
    ]);
    expect(levelsAfter(called('lead'), called('lead', 2))).toMatchObject([{ pages: false }]);
    expect(levelsAfter(called('lead'), called('lead', 2, true))).toMatchObject([{ pages: true }]);
  });

  it('rise from the responder to the contacts of the tier', () => {
    expect((['responder', 'predicted', 'lead', 'contacts'] as const).map(rankOf)).toEqual([0, 1, 2, 3]);
    expect(highestCalled(levelsAfter(called('lead'), called('responder'), called('predicted')))?.level).toBe(
      'lead',
    );
    expect(highestCalled(undefined)).toBeUndefined();
    expect(highestCalled(levelsAfter(called('contacts'), ...reopening, called('responder')))?.level).toBe(
      'responder',
    );
  });

  it('are acknowledged together with all lower ones, by the person who did it first', () => {
    const by = { by: 'U0LEAD', at: timeOf(5) };

    expect(
      levelsAfter(called('responder'), called('lead'), called('contacts'), acknowledged('lead'))?.map(
        (one) => one.acknowledged,
      ),
    ).toEqual([by, by, undefined]);
    expect(
      levelsAfter(called('lead'), acknowledged('lead'), acknowledged('contacts'))?.map(
        (one) => one.acknowledged,
      ),
    ).toEqual([{ by: 'U0LEAD', at: timeOf(3) }]);
    expect(levelsAfter(acknowledged('lead'))).toEqual([]);
  });

  it('are over once the incident is reopened, and called as if for the first time', () => {
    const events = [called('lead'), ...reopening, called('lead'), acknowledged('lead')];

    expect(levelsAfter(...events)).toMatchObject([
      { first: 2, over: true },
      { first: 5, number: 1, acknowledged: { by: 'U0LEAD' } },
    ]);
    expect(levelsAfter(...events)?.[0]).not.toHaveProperty('acknowledged');
    expect(presentLevels(levelsAfter(...events))).toHaveLength(1);
    expect(presentLevels(undefined)).toEqual([]);
    expect(levelsAfter(...reopening)).toBeUndefined();
  });

  it('keep what the on-call tool answered last, and whether it has an open alert', () => {
    const pagedAfter = (...events: readonly IncidentEvent[]): unknown =>
      levelsAfter(called('lead'), ...events)?.[0]?.paged;

    expect(pagedAfter(paged({}))).toEqual({ action: 'trigger', number: 1, open: true });
    expect(pagedAfter(paged({ action: 'acknowledge', number: 2 }))).toMatchObject({ open: true });
    expect(pagedAfter(paged({}), paged({ action: 'resolve' }))).toMatchObject({
      action: 'resolve',
      open: false,
    });
    expect(pagedAfter(paged({ refused: 'no such service' }))).toEqual({
      action: 'trigger',
      number: 1,
      open: false,
      refused: 'no such service',
    });
    expect(pagedAfter(paged({}), paged({ action: 'resolve', refused: 'gone' }))).toMatchObject({
      open: true,
    });
    expect(pagedAfter(paged({ first: 3 }))).toBeUndefined();
    expect(levelsAfter(paged({}))).toEqual([]);
    expect(opened().called).toBeUndefined();
  });
});
