import { describe, expect, it } from 'vitest';
import { approve } from '../../src/incidents/approve.ts';
import type { Authorization, Requirement } from '../../src/incidents/click-result.ts';
import type { Click } from '../../src/incidents/decisions.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { autopilot, isByAutopilot, missingApprovals } from '../../src/playbooks/approved.ts';
import { after, hash, into, lead, nobody, ofStep, other, timeOf } from './model/a-history.ts';

const minute = 60_000;
const found: IncidentEvent = { ...ofStep.done, step: 'found' };
const proposed = (needs = 1): IncidentEvent => ({ ...ofStep.proposed, needs });
const byOther: IncidentEvent = { ...ofStep.approved, by: other };
const broken = (until = timeOf(60)): IncidentEvent => ({
  type: 'glass-broken',
  why: 'nobody answers',
  until,
  call: nobody,
  by: lead,
});
const target = { step: 'resumed', attempt: 1, hash: hash.slice(0, 8) };
const now = timeOf(30);

/** The answer to the lead's click after these events, and what was asked about the lead. */
function clicked(
  events: readonly IncidentEvent[],
  { ruling = { allowed: true } as Authorization, ...click }: Partial<Click> & { ruling?: Authorization } = {},
) {
  const asked: Requirement[] = [];
  const authorize = (required: Requirement): Authorization => {
    asked.push(required);
    return required.breakGlass === true ? { allowed: true } : ruling;
  };
  return { ...approve(after(found, ...events), { target, by: lead, now, authorize, ...click }), asked };
}

const approved = { type: 'step-approved', step: 'resumed', attempt: 1, hash, by: lead };
const refusal: Authorization = { allowed: false, says: 'no role' };

describe('a click on approve', () => {
  it('records the approval of the whole request, and says that it was the last or how many are missing', () => {
    expect(clicked([proposed()])).toMatchObject({
      events: [approved],
      answer: { kind: 'recorded', what: 'approved' },
    });
    expect(clicked([proposed(3), byOther])).toMatchObject({
      events: [approved],
      answer: { kind: 'more-needed', missing: 1, role: 'lead' },
    });
    expect(clicked([proposed(2), byOther])).toMatchObject({ answer: { kind: 'recorded' } });
    expect(clicked([proposed()]).events[0]).not.toHaveProperty('glassAt');
  });

  it('asks whether the person may approve this request as it was proposed', () => {
    const strict = { ...ofStep.proposed, policyClass: 'production', others: true, needs: 2 } as const;

    expect(clicked([strict, byOther]).asked).toEqual([
      {
        effect: 'change',
        role: 'lead',
        policyClass: 'production',
        others: true,
        approvedBy: ['U0OTHER'],
        stakes: new Map(),
      },
    ]);
  });

  it('records nothing if the person may not', () => {
    expect(clicked([proposed()], { ruling: refusal })).toMatchObject({
      events: [],
      answer: { kind: 'refused', says: 'no role' },
    });
  });

  it('records nothing for another request, attempt or step, and says so', () => {
    const answerTo = (changes: Partial<typeof target>, ...events: readonly IncidentEvent[]) => {
      const { events: recorded, answer } = clicked(events, { target: { ...target, ...changes } });
      expect(recorded).toEqual([]);
      return answer;
    };

    expect(answerTo({ hash: 'ffffffff' }, proposed())).toEqual({ kind: 'old-copy' });
    expect(answerTo({ hash: '' }, proposed())).toEqual({ kind: 'old-copy' });
    expect(answerTo({ attempt: 2 }, proposed())).toEqual({ kind: 'old-copy' });
    expect(answerTo({}, proposed(), ofStep.declined)).toMatchObject({ kind: 'turned-down', how: 'declined' });
    expect(answerTo({ step: 'found' }, proposed())).toMatchObject({ kind: 'step-over', how: 'done' });
    expect(answerTo({ step: 'document' }, proposed())).toEqual({ kind: 'not-current' });
  });

  it('says who was faster', () => {
    expect(clicked(into.changing).answer).toEqual({ kind: 'taken', by: 'U0LEAD', at: timeOf(4) });
    expect(clicked([proposed(), byOther])).toMatchObject({
      events: [],
      answer: { kind: 'taken', by: 'U0OTHER', at: timeOf(4) },
    });
  });

  it('has the request built again if relight.yaml now asks for other approvals', () => {
    const outdated = { ...ofStep.renewed, why: 'the policy changed' };

    expect(clicked([proposed()], { outdated })).toMatchObject({
      events: [outdated],
      answer: { kind: 'request-outdated', why: 'the policy changed' },
    });
  });

  it('of a person who has approved says how many are still missing', () => {
    expect(clicked([proposed(3), ofStep.approved])).toMatchObject({
      events: [],
      answer: { kind: 'yours-already', missing: 2 },
    });
  });

  it('does not count approvals that have expired, and records that they lapsed', () => {
    const later = timeOf(4) + 15 * minute + 1;

    expect(clicked([proposed(2), byOther], { now: later })).toMatchObject({
      events: [{ type: 'step-lapsed', step: 'resumed', attempt: 1, of: ['U0OTHER'] }, approved],
      answer: { kind: 'more-needed', missing: 1 },
      asked: [{ approvedBy: [] }],
    });
    expect(clicked([proposed(2), ofStep.approved], { now: later }).answer).toMatchObject({
      kind: 'more-needed',
    });
  });

  it('records nothing while all changes are halted, but says first what the person may not do', () => {
    const halt = { source: 'command', why: 'storm', by: 'U0LEAD', at: 1 } as const;

    expect(clicked([proposed()], { halt })).toMatchObject({
      events: [],
      answer: {
        kind: 'refused',
        says: 'All changes are halted: storm (by `/relight halt`). A lead resumes changes with `/relight halt off`.',
      },
    });
    expect(clicked([proposed()], { halt, ruling: refusal }).answer).toMatchObject({ says: 'no role' });
  });

  describe('of the person who broke the glass', () => {
    const withGlass = { ...approved, glassAt: timeOf(3) };

    it('suffices where it would not be enough otherwise', () => {
      expect(clicked([broken(), proposed(3)])).toMatchObject({
        events: [withGlass],
        answer: { kind: 'recorded', what: 'approved' },
      });
      expect(clicked([broken(), proposed()], { ruling: refusal })).toMatchObject({ events: [withGlass] });
      expect(clicked([broken(), proposed(3), ofStep.approved])).toMatchObject({ events: [withGlass] });
      expect(clicked([broken(), proposed()], { ruling: refusal }).asked).toMatchObject([
        { effect: 'change', stakes: new Map() },
        { effect: 'change', breakGlass: true },
      ]);
    });

    it('does not use the glass if the approval is the last one anyway', () => {
      expect(clicked([broken(), proposed()]).events[0]).not.toHaveProperty('glassAt');
      expect(clicked([broken(), proposed(2), byOther]).events[0]).not.toHaveProperty('glassAt');
    });

    it('is like any other once the glass is used up, over or somebody else’s', () => {
      expect(clicked([broken(now - 1), proposed()], { ruling: refusal }).answer).toMatchObject({
        kind: 'refused',
      });
      expect(
        clicked([{ ...broken(), by: other } as IncidentEvent, proposed()], { ruling: refusal }).answer,
      ).toMatchObject({
        kind: 'refused',
      });
      expect(clicked([broken(now - 1), proposed(3), ofStep.approved]).answer).toMatchObject({
        kind: 'yours-already',
      });
    });
  });
});

describe('the approvals that are missing', () => {
  const by = (...users: readonly string[]) => users.map((user) => ({ by: user }));

  it('are as many as the request needs, less those that it has', () => {
    expect(missingApprovals({ approvals: [], needs: 2 })).toBe(2);
    expect(missingApprovals({ approvals: by('U0LEAD'), needs: 2 })).toBe(1);
    expect(missingApprovals({ approvals: by('U0LEAD', 'U0OTHER', 'U0THIRD'), needs: 2 })).toBe(0);
  });

  it('are none once Autopilot approved it', () => {
    expect(missingApprovals({ approvals: by('U0LEAD', autopilot), needs: 5 })).toBe(0);
    expect(isByAutopilot({ by: 'autopilot' })).toBe(true);
    expect(isByAutopilot({ by: 'U0LEAD' })).toBe(false);
  });
});
