import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, hash, into, ofStep, other, proposal, stepAfter, timeOf } from './a-history.ts';

const approvals = [{ by: 'U0LEAD', at: timeOf(3) }];
const request = { proposal, hash, role: 'lead', needs: 1 } as const;
const byOther: IncidentEvent = { ...ofStep.approved, by: other };

describe('the state of a step', () => {
  it('keeps the note and the time at which the work began', () => {
    const note = { ...ofStep.progress, note: 'almost done' };

    expect(stepAfter(ofStep.progress)).toEqual({
      status: 'working',
      attempt: 1,
      note: 'copying',
      since: timeOf(2),
    });
    expect(stepAfter(ofStep.progress, note)).toEqual({
      status: 'working',
      attempt: 1,
      note: 'almost done',
      since: timeOf(2),
    });
    expect(stepAfter(...into.changing, note)).toMatchObject({ status: 'changing', note: 'almost done' });
  });

  it('is a request without approvals once it is proposed', () => {
    const { proposed } = ofStep;

    expect(stepAfter(proposed)).toEqual({
      status: 'proposed',
      attempt: 1,
      ...request,
      approvals: [],
      since: timeOf(2),
    });
    expect(stepAfter({ ...proposed, policyClass: 'spend', others: true })).toMatchObject({
      policyClass: 'spend',
      others: true,
    });
  });

  it('counts each approver once, with the time of the approval', () => {
    expect(stepAfter(ofStep.proposed, ofStep.approved, byOther)).toEqual({
      status: 'proposed',
      attempt: 1,
      ...request,
      approvals: [...approvals, { by: 'U0OTHER', at: timeOf(4) }],
      since: timeOf(2),
    });
  });

  it('lets one person suffice with a broken glass, also one who has approved, until the approval lapses', () => {
    const needing = { ...ofStep.proposed, needs: 3 };
    const withGlass: IncidentEvent = { ...ofStep.approved, glassAt: 7 };
    const glass = { by: 'U0LEAD', at: 7, insteadOf: 3 };

    expect(stepAfter(needing, byOther, ofStep.approved, withGlass)).toMatchObject({
      needs: 2,
      glass,
      approvals: [
        { by: 'U0OTHER', at: timeOf(3) },
        { by: 'U0LEAD', at: timeOf(5) },
      ],
    });
    expect(stepAfter(needing, withGlass, { ...withGlass, glassAt: 9 })).toMatchObject({
      needs: 1,
      glass: { at: 9, insteadOf: 3 },
    });
    const lapsed = stepAfter(needing, withGlass, ofStep.lapsed);
    expect(lapsed).toMatchObject({ needs: 3, approvals: [], lapsed: 'too old', lapsedOf: [] });
    expect(lapsed).not.toHaveProperty('glass');
  });

  it('loses the approvals that lapsed, and only those', () => {
    const both = [ofStep.proposed, ofStep.approved, byOther] as const;
    const ofOne: IncidentEvent = { ...ofStep.lapsed, of: ['U0LEAD'] };

    expect(stepAfter(...both, ofStep.lapsed)).toMatchObject({ needs: 1, approvals: [], lapsedOf: [] });
    expect(stepAfter(...both, ofOne)).toMatchObject({
      approvals: [{ by: 'U0OTHER', at: timeOf(4) }],
      lapsed: 'too old',
      lapsedOf: ['U0LEAD'],
    });
    expect(stepAfter(...both, ofOne, ofStep.approved)).toMatchObject({ lapsedOf: [] });
    const ofBoth: IncidentEvent = { ...ofStep.lapsed, of: ['U0LEAD', 'U0OTHER'] };
    expect(stepAfter(...both, ofBoth, ofStep.approved)).toMatchObject({ lapsedOf: ['U0OTHER'] });
    expect(stepAfter(ofStep.proposed, byOther)).not.toHaveProperty('lapsedOf');
    expect(stepAfter(ofStep.proposed, ofStep.approved, ofOne, byOther)).toMatchObject({
      lapsedOf: ['U0LEAD'],
    });
  });

  it('remembers that its approvers were called again, until it begins', () => {
    expect(stepAfter(ofStep.proposed, ofStep.reminded)).toMatchObject({ status: 'proposed', reminded: true });

    const begun = [ofStep.lapsed, ofStep.reminded, ofStep.approved, ofStep.begun];
    expect(stepAfter(ofStep.proposed, ...begun)).toEqual({
      status: 'changing',
      attempt: 1,
      ...request,
      approvals: [{ by: 'U0LEAD', at: timeOf(5) }],
      since: timeOf(6),
    });
  });

  it('counts as sent from the mark on, or from the beginning in older journals', () => {
    expect(stepAfter(...into.changing)).not.toHaveProperty('sent');
    expect(stepAfter(...into.changing, ofStep.sent)).toMatchObject({ sent: true });
    expect(stepAfter(...into.changing, ofStep.sent)).not.toHaveProperty('calls');
    expect(stepAfter(...into.changing, ofStep.sent)).not.toHaveProperty('wrote');
    expect(
      stepAfter(ofStep.proposed, { type: 'step-begun', step: 'resumed', attempt: 1, hash }),
    ).toMatchObject({ status: 'changing', sent: true });
  });

  it('marks written files apart from sent calls', () => {
    const wrote = stepAfter(...into.changing, { ...ofStep.sent, writes: true });

    expect(wrote).toMatchObject({ wrote: true });
    expect(wrote).not.toHaveProperty('sent');
  });

  it('keeps the mark of each call, with the latest for the same operation', () => {
    const mark = (operation: string, seen: string): IncidentEvent => ({
      ...ofStep.sent,
      call: { operation, seen },
    });

    expect(
      stepAfter(...into.changing, mark('Stop', 'a'), mark('Update', 'b'), mark('Stop', 'c')),
    ).toMatchObject({ calls: { Stop: { seen: 'c', at: timeOf(7) }, Update: { seen: 'b', at: timeOf(6) } } });
  });

  it('names the person who wants it canceled', () => {
    expect(stepAfter(...into.changing, ofStep.cancelAsked)).toMatchObject({ canceling: 'U0LEAD' });
  });

  it.each(['retried', 'adjusted'] as const)('waits for the next attempt when it is %s', (name) => {
    expect(stepAfter(ofStep.failed, ofStep[name])).toEqual({ status: 'waiting', attempt: 2 });
  });

  it('remembers the values that people chose, and the most approvals that a request has asked for', () => {
    const again = { ...ofStep.proposed, attempt: 2 };
    const incident = after({ ...ofStep.proposed, needs: 3 }, ofStep.adjusted, again);

    expect(incident.adjusted).toEqual({ resumed: { count: '2' } });
    expect(incident.mostNeeded).toBe(3);
    expect(after(ofStep.done).mostNeeded).toBeUndefined();
  });
});
