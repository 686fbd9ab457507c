import { describe, expect, it } from 'vitest';
import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { isEndKnown, isOpen } from '../../../src/incidents/model/incident.ts';
import { after, lead, timeOf } from './a-history.ts';

const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
const outcome: IncidentEvent = { type: 'outcome-told', says: 'restored by hand', by: lead };
const closed: IncidentEvent = { type: 'closed', why: 'done' };
const reopened: EventOf<'reopened'> = { type: 'reopened', job: 'job-2', why: 'failed again', at: 5 };

describe('the end of an incident', () => {
  it('keeps when and how it recovered, and whether no playbook did it', () => {
    expect(after(recovered).recovered).toEqual({ at: timeOf(2), how: 'it trains' });
    expect(after({ ...recovered, elsewhere: true } as IncidentEvent).recovered).toMatchObject({
      elsewhere: true,
    });
    expect(after(outcome).outcome).toEqual({ at: timeOf(2), says: 'restored by hand' });
  });

  it('keeps who closed it, and why', () => {
    const how = { into: 'rl-2', outcome: 'duplicate', by: lead } as const;

    expect(after(closed).closed).toEqual({ at: timeOf(2), why: 'done' });
    expect(after({ type: 'closed', why: 'done', ...how }).closed).toEqual({
      at: timeOf(2),
      why: 'done',
      into: 'rl-2',
      outcome: 'duplicate',
      by: 'U0LEAD',
    });
  });

  it('is known once it recovered or a person told it, and only a closed incident is not open', () => {
    const known = [after(), after(recovered), after(outcome), after(closed)].map(isEndKnown);

    expect(known).toEqual([false, true, true, false]);
    expect([after(), after(recovered), after(closed)].map(isOpen)).toEqual([true, true, false]);
  });
});

describe('a reopened incident', () => {
  it('goes on as if it had not ended, with one more attempt that did not last', () => {
    const incident = after(recovered, closed, reopened);

    expect(incident).toMatchObject({
      attempts: [
        { job: 'job-2', at: 5, kind: 'spot_interruption', recovered: { at: timeOf(2), how: 'it trains' } },
      ],
      reopenedIn: 1,
    });
    expect(incident.attempts[0]?.ended).toBeUndefined();
    for (const gone of ['recovered', 'closed', 'outcome']) expect(incident).not.toHaveProperty(gone);
  });

  it('remembers how it had ended without a recovery, and who reopened it', () => {
    const byLead = { ...reopened, by: lead };
    const attemptAfter = (...events: readonly IncidentEvent[]): unknown => after(...events).attempts.at(-1);

    expect(attemptAfter(outcome, closed, byLead)).toMatchObject({
      ended: 'restored by hand',
      reopenedBy: 'U0LEAD',
    });
    expect(attemptAfter(closed, byLead)).toMatchObject({ ended: 'done', reopenedBy: 'U0LEAD' });
    expect(attemptAfter(recovered, closed, byLead)).toMatchObject({ ended: undefined });
    expect(
      after(recovered, reopened, recovered, { ...reopened, job: 'job-3' }).attempts.map(({ job }) => job),
    ).toEqual(['job-2', 'job-3']);
  });
});
