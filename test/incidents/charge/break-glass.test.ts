import { describe, expect, it } from 'vitest';
import { breakGlass, glassOf } from '../../../src/incidents/charge/break-glass.ts';
import type { Authorization, Requirement } from '../../../src/incidents/click-result.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, lead, nobody, ofStep, timeOf } from '../model/a-history.ts';

const minute = 60_000;
const proposed = (needs = 1): IncidentEvent => ({ ...ofStep.proposed, needs });
const broken = (until = timeOf(60)): IncidentEvent => ({
  type: 'glass-broken',
  why: 'nobody answers',
  until,
  call: nobody,
  by: lead,
});
const now = timeOf(30);

const refusal: Authorization = { allowed: false, says: 'no role' };

describe('the glass', () => {
  const move = { by: lead, now, authorize: () => ({ allowed: true }) as const };
  const breaking = (
    events: readonly IncidentEvent[],
    why = 'nobody answers',
    changes: Partial<Parameters<typeof breakGlass>[1]> = {},
  ) => breakGlass(after(...events), { ...move, ...changes }, { why, call: nobody });

  it('is broken for 30 minutes by a person who may, with a reason', () => {
    expect(breaking([])).toEqual({
      events: [
        { type: 'glass-broken', why: 'nobody answers', until: now + 30 * minute, call: nobody, by: lead },
      ],
      answer: { kind: 'recorded', what: 'glass-broken' },
    });
    expect(breaking([], '0123456789').events).toHaveLength(1);
    expect(breaking([], ' 012345678 ')).toEqual({
      events: [],
      answer: { kind: 'unfit', field: 'why', says: 'Type the reason, at least 10 characters.' },
    });
  });

  it('is asked for as such', () => {
    const asked: Requirement[] = [];
    const authorize = (required: Requirement): Authorization => {
      asked.push(required);
      return refusal;
    };

    expect(breaking([], 'nobody answers', { authorize })).toEqual({
      events: [],
      answer: { kind: 'refused', says: 'no role' },
    });
    expect(asked).toEqual([{ effect: 'change', role: 'responder', approvedBy: [], breakGlass: true }]);
  });

  it('is broken once at a time, and again after it was used or its time is over', () => {
    const used = [proposed(), { ...ofStep.approved, glassAt: timeOf(2) }, ofStep.begun] as const;

    expect(breaking([broken()])).toEqual({
      events: [],
      answer: { kind: 'glass-broken', by: 'U0LEAD', until: timeOf(60) },
    });
    expect(breaking([broken(now)]).events).toEqual([]);
    expect(breaking([broken(now - 1)]).events).toHaveLength(1);
    expect(breaking([broken(), ...used]).events).toHaveLength(1);
    expect(breaking([{ type: 'closed', why: 'done' }])).toMatchObject({
      events: [],
      answer: { kind: 'closed', why: 'done' },
    });
  });

  it('is there for the person who broke it alone', () => {
    expect(glassOf(after(broken()), 'U0LEAD', now)).toMatchObject({ by: 'U0LEAD' });
    expect(glassOf(after(broken()), 'U0OTHER', now)).toBeUndefined();
    expect(glassOf(after(), 'U0LEAD', now)).toBeUndefined();
    expect(glassOf(after(broken()), 'U0LEAD', timeOf(60) + 1)).toBeUndefined();
  });
});
