import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { autopilot } from '../../../src/playbooks/approved.ts';
import { after, continued, into, lead, ofStep, other, refusal, timeOf } from './a-history.ts';

const ofAttempt = { step: 'resumed', attempt: 1 } as const;
const ofRequest = { ...ofAttempt, hash: ofStep.proposed.hash } as const;
const earned = { succeeded: 3, failed: 1 };
const events = {
  suggested: { type: 'autopilot-suggested', ...ofRequest, earned },
  armed: { type: 'autopilot-armed', ...ofRequest, until: 9, earned },
  held: { type: 'autopilot-held', ...ofAttempt, by: lead },
  disarmed: { type: 'autopilot-disarmed', ...ofRequest, why: 'another incident' },
  approved: { type: 'autopilot-approved', ...ofRequest, mode: 'auto' },
  demoted: { type: 'autopilot-demoted', ...ofAttempt, why: 'it failed' },
} as const satisfies Record<string, IncidentEvent>;
type Name = keyof typeof events;
const names = Object.keys(events) as Name[];

/** How each state is reached from a request that waits for approval. */
const reached: Readonly<Record<Name | 'new', readonly Name[]>> = {
  new: [],
  suggested: ['suggested'],
  armed: ['armed'],
  held: ['armed', 'held'],
  disarmed: ['disarmed'],
  approved: ['approved'],
  demoted: ['approved', 'demoted'],
};
/** An independent statement of what Autopilot may do after what. */
const legal: Readonly<Record<Name | 'new', readonly Name[]>> = {
  new: ['suggested', 'armed', 'disarmed', 'approved'],
  suggested: [],
  armed: ['held', 'disarmed', 'approved'],
  held: [],
  disarmed: [],
  approved: ['held', 'demoted'],
  demoted: [],
};
const proposedThen = (...done: readonly Name[]) =>
  after(ofStep.proposed, ...done.map((name) => events[name]));

describe('Autopilot on a request', () => {
  it.each(Object.keys(legal) as (Name | 'new')[])('that is %s to it does only what may follow', (before) => {
    const incident = proposedThen(...reached[before]);

    for (const name of names)
      expect([name, refusal(incident, events[name])]).toEqual([
        name,
        legal[before].includes(name) ? undefined : 'illegal-move',
      ]);
  });

  it('says in the refusal how far it was', () => {
    expect(() => continued(proposedThen('suggested'), events.armed)).toThrow(
      'autopilot-armed for resumed, which is suggested to Autopilot',
    );
    expect(() => continued(proposedThen(), events.held)).toThrow('which is new to Autopilot');
    expect(() => continued(after(), events.armed)).toThrow(
      'autopilot-armed for a request of resumed that has moved on',
    );
  });

  it('does nothing about a request that has moved on', () => {
    expect(refusal(after(...into.changing), events.approved)).toBe('illegal-move');
    expect(refusal(proposedThen(), { ...events.approved, attempt: 2 })).toBe('illegal-move');
    expect(refusal(proposedThen(), { ...events.approved, hash: 'another' })).toBe('illegal-move');
    expect(refusal(proposedThen('armed'), { ...events.held, attempt: 2 })).toBe('illegal-move');
    const changing = continued(proposedThen('approved'), ofStep.begun);
    expect(refusal(changing, events.held)).toBe('illegal-move');
    expect(refusal(changing, events.demoted)).toBeUndefined();
  });

  it('remembers what it did, for the step and its attempt', () => {
    const ofResumed = (...done: readonly IncidentEvent[]): unknown =>
      after(ofStep.proposed, ...done).autopilot?.['resumed'];

    expect(ofResumed(events.suggested)).toEqual({ status: 'suggested', earned, attempt: 1, at: timeOf(3) });
    expect(ofResumed({ ...events.suggested, next: 'veto', demoted: 'it failed' })).toEqual({
      status: 'suggested',
      earned,
      next: 'veto',
      why: 'it failed',
      attempt: 1,
      at: timeOf(3),
    });
    expect(ofResumed(events.armed)).toEqual({ status: 'armed', until: 9, earned, attempt: 1, at: timeOf(3) });
    expect(ofResumed({ ...events.armed, next: 'auto' })).toMatchObject({ next: 'auto' });
    expect(ofResumed(events.armed, events.held)).toMatchObject({ status: 'held', until: 9, at: timeOf(4) });
    expect(ofResumed(events.disarmed)).toMatchObject({ status: 'disarmed', why: 'another incident' });
    expect(ofResumed(events.armed, events.approved)).toMatchObject({ status: 'approved', earned });
    expect(ofResumed(events.approved, events.demoted)).toMatchObject({ status: 'demoted' });
  });

  it('starts again with the next attempt, and keeps what it did about other steps', () => {
    const again: IncidentEvent = { ...ofStep.proposed, attempt: 2 };
    const document = { step: 'document', attempt: 1 } as const;
    const incident = after(
      ofStep.proposed,
      events.suggested,
      ofStep.adjusted,
      again,
      { ...events.armed, attempt: 2 },
      { ...ofStep.proposed, ...document },
      { ...events.suggested, ...document },
    );

    expect(incident.autopilot).toMatchObject({
      resumed: { status: 'armed', attempt: 2 },
      document: { status: 'suggested', attempt: 1 },
    });
  });

  it('adds its approval to those of people, and takes only its own away again', () => {
    const approvalsAfter = (...done: readonly IncidentEvent[]): unknown => {
      const state = after(ofStep.proposed, { ...ofStep.approved, by: other }, ...done).states['resumed'];
      return state?.status === 'proposed' ? state.approvals : undefined;
    };
    const byOther = { by: 'U0OTHER', at: timeOf(3) };

    expect(approvalsAfter(events.armed)).toEqual([byOther]);
    expect(approvalsAfter(events.armed, events.approved)).toEqual([
      byOther,
      { by: autopilot, at: timeOf(5) },
    ]);
    expect(approvalsAfter(events.approved, events.held)).toEqual([byOther]);
    expect(approvalsAfter(events.disarmed)).toEqual([byOther]);
  });
});
