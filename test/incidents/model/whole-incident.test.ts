import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { apply, incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { anOpening } from '../../support/a-journal.ts';
import {
  after,
  continued,
  into,
  lead,
  nobody,
  ofStep,
  opened,
  openedAt,
  other,
  refusal,
  timeOf,
} from './a-history.ts';
import { closed, everyEvent, recovered } from './every-event.ts';

const { alarm } = anOpening();

describe('an incident', () => {
  it('begins with everything that its first entry says, and with nothing else', () => {
    const { type: _type, incident: id, alarm: first, ...facts } = anOpening();

    expect(opened()).toEqual({
      ...facts,
      id,
      seq: 1,
      subject: facts.job,
      openedAt,
      failedAt: first.at,
      alarms: [first],
      alarmStates: new Map([[first.name, { state: 'ALARM', at: first.at, flapping: false }]]),
      affectedJobs: [],
      attempts: [],
      dated: true,
      touched: false,
      chosen: false,
      pinned: [],
      earlier: [],
      states: {},
      adjusted: {},
      askedBy: {},
      stopping: {},
      stopped: [],
      notes: [],
    });
  });

  it('did not fail after it was opened, and has no date of its failure if a person reported it', () => {
    const late = { ...alarm, at: openedAt + 5 };

    expect(opened({ alarm: late }).failedAt).toBe(openedAt);
    expect(opened({ alarm: { ...alarm, source: 'person' } }).dated).toBe(false);
  });

  it('is unknown without a first entry that opens it', () => {
    const entry = { seq: 0, at: 1, event: closed, prev: '', hash: '' };

    expect(() => incidentFrom([])).toThrow(expect.objectContaining({ code: 'incident-unknown' }) as Error);
    expect(() => incidentFrom([entry])).toThrow(
      expect.objectContaining({ code: 'incident-unknown' }) as Error,
    );
  });

  it('counts its entries', () => {
    expect([opened().seq, after().seq, after(ofStep.done).seq]).toEqual([1, 2, 3]);
  });

  it('is opened only once', () => {
    expect(() => continued(opened(), anOpening())).toThrow('an incident can be opened only once');
  });

  it('counts as worked on from the first decision of a person or the first change on', () => {
    const touching = (
      before: readonly IncidentEvent[],
      candidates: readonly IncidentEvent[],
    ): readonly string[] =>
      candidates
        .filter((event) => refusal(after(...before), event) === undefined)
        .filter((event) => continued(after(...before), event).touched)
        .map(({ type }) => type);

    expect(touching([], everyEvent)).toEqual([
      'taken',
      'handed-over',
      'paused',
      'unpaused',
      'job-took-over',
      'attempt-allowed',
      'glass-broken',
      'outcome-told',
      'step-skipped',
      'step-answered',
    ]);
    expect(touching([ofStep.proposed], [ofStep.begun, ofStep.reminded])).toEqual(['step-begun']);
    expect(after(ofStep.skipped, recovered).touched).toBe(true);
  });

  it('is led by the person who acts first, until another one takes it', () => {
    const acted = after(ofStep.proposed, ofStep.approved, { ...ofStep.declined, by: other });

    expect(acted.responder).toEqual({ user: 'U0LEAD', since: timeOf(3), how: 'acted' });
    expect(continued(acted, { type: 'taken', by: other }).responder).toEqual({
      user: 'U0OTHER',
      since: timeOf(5),
      how: 'took',
    });
    expect(continued(acted, { type: 'handed-over', to: 'U0THIRD', by: lead }).responder).toEqual({
      user: 'U0THIRD',
      since: timeOf(5),
      how: 'handed-over',
    });
    expect(after({ type: 'refused', by: lead, why: 'no role' }).responder).toBeUndefined();
    expect(after({ type: 'help-called', call: nobody, by: lead }).responder).toBeUndefined();
    expect(after(ofStep.proposed, ofStep.begun).responder).toBeUndefined();
  });

  it('is no longer held back once people work on it', () => {
    const held: IncidentEvent = { type: 'held', hold: 'h', name: 'window', until: 9 };

    expect(after(held).held).toEqual({ id: 'h', name: 'window', until: 9 });
    expect(after(held, ofStep.progress).held).toBeDefined();
    expect(after(held, ofStep.skipped).held).toBeUndefined();
    expect(after(ofStep.skipped, held).held).toBeUndefined();
  });

  it('knows when each person last looked at a request or at the trail', () => {
    const looked: IncidentEvent = { type: 'request-viewed', step: 'resumed', attempt: 1, by: lead };
    const trail: IncidentEvent = { type: 'trail-viewed', by: lead };

    expect(after(looked, trail, { ...looked, by: other }).viewed).toEqual({
      'resumed 1 U0LEAD': timeOf(2),
      ' 0 U0LEAD': timeOf(3),
      'resumed 1 U0OTHER': timeOf(4),
    });
    expect(after({ type: 'refused', by: lead, why: 'no role' }).viewed).toBeUndefined();
    expect(after({ type: 'aws-called', step: 'resumed', attempt: 1, calls: [] }).viewed).toBeUndefined();
  });

  it('is computed by the same rules entry by entry', () => {
    const entry = { event: ofStep.done, at: 77 };

    expect(apply(after(), entry).states['resumed']).toMatchObject({ at: 77 });
    expect(into.waiting).toEqual([]);
  });
});
