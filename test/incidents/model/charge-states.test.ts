import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, lead, nobody, ofStep, opened, other, timeOf } from './a-history.ts';

const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
const again: IncidentEvent = { type: 'reopened', job: 'job-2', why: 'failed again', at: 5 };
const followed: IncidentEvent = { type: 'job-took-over', job: 'job-7', by: lead };

describe('who is in charge of an incident', () => {
  it('is whoever took it last, or was handed it', () => {
    expect(after({ type: 'taken', by: lead }).responder).toEqual({
      user: 'U0LEAD',
      since: timeOf(2),
      how: 'took',
    });
    expect(
      after({ type: 'taken', by: lead }, { type: 'handed-over', to: 'U0OTHER', by: lead }).responder,
    ).toEqual({
      user: 'U0OTHER',
      since: timeOf(3),
      how: 'handed-over',
    });
  });
});

describe('what people decided about an incident', () => {
  it('is a pause until somebody ends it, or the incident ends', () => {
    const paused: IncidentEvent = { type: 'paused', why: 'wait', by: lead };

    expect(after(paused).paused).toEqual({ by: 'U0LEAD', at: timeOf(2), why: 'wait' });
    expect(after(paused, { type: 'unpaused', by: other }).paused).toBeUndefined();
    expect(after(paused, { type: 'closed', why: 'done' }).paused).toBeUndefined();
    expect(after(recovered, paused, again).paused).toBeUndefined();
  });

  it('is the job that took over, and how it ended', () => {
    const ended: IncidentEvent = { type: 'follow-ended', job: 'job-7', status: 'Completed' };

    expect(after(followed).follows).toEqual({ job: 'job-7', by: 'U0LEAD', at: timeOf(2) });
    expect(after(followed, ended).follows).toEqual({
      job: 'job-7',
      by: 'U0LEAD',
      at: timeOf(2),
      ended: 'Completed',
    });
    expect(after(ended).follows).toBeUndefined();
  });

  it('is which other incidents it is about', () => {
    const duplicate = (incident: string): IncidentEvent => ({
      type: 'duplicate-joined',
      incident,
      job: 'j',
      by: lead,
    });
    const linked = (incident: string): IncidentEvent => ({
      type: 'linked',
      incident,
      link: `https://s.example/${incident}`,
    });

    expect(after(duplicate('rl-2'), duplicate('rl-3')).duplicates).toEqual(['rl-2', 'rl-3']);
    expect(after(linked('rl-2'), linked('rl-3')).links).toEqual({
      'rl-2': 'https://s.example/rl-2',
      'rl-3': 'https://s.example/rl-3',
    });
  });

  it('is how many attempts were spent and allowed', () => {
    const spent: IncidentEvent = { type: 'attempts-spent', attempts: 1, call: nobody };

    expect(after(recovered, again, spent)).toMatchObject({ attemptsSpent: 1 });
    expect(after(recovered, again, spent, { type: 'attempt-allowed', by: lead })).toMatchObject({
      attemptsAllowed: 1,
    });
  });

  it('is the last call for help, and the score of a drill', () => {
    const score = { points: 9, rtoMinutes: 60, rpoMinutes: 30, cost: [] };

    expect(after({ type: 'help-called', call: nobody, by: lead }).help).toEqual({
      by: 'U0LEAD',
      at: timeOf(2),
    });
    expect(after({ type: 'drill-scored', score }).drillScore).toEqual({ ...score, at: timeOf(2) });
  });
});

describe('the messages of an incident beside those of its steps', () => {
  const earned = { succeeded: 3, failed: 0 };
  const ofRequest = { step: 'resumed', attempt: 1, hash: ofStep.proposed.hash } as const;
  const noted: readonly IncidentEvent[] = [
    { type: 'taken', by: lead },
    { type: 'handed-over', to: 'U0OTHER', by: lead },
    { type: 'take-reminded', number: 1, minutes: 5, call: nobody },
    { type: 'paused', why: 'wait', by: lead },
    { type: 'unpaused', by: lead },
    followed,
    { type: 'follow-ended', job: 'job-7', status: 'Failed' },
    { type: 'duplicate-joined', incident: 'rl-2', job: 'j', by: lead },
    { type: 'attempts-spent', attempts: 1, call: nobody },
    { type: 'attempt-allowed', by: lead },
    { type: 'escalated', level: 'lead', number: 1, percent: 80, deadline: 9, call: nobody, pages: true },
    { type: 'glass-broken', why: 'nobody', until: 9, call: nobody, by: lead },
    { type: 'help-called', call: nobody, by: lead },
    { type: 'drill-scored', score: { points: 9, rtoMinutes: 60, rpoMinutes: 30, cost: [] } },
    ofStep.reminded,
    { type: 'autopilot-armed', ...ofRequest, until: 9, earned },
    { type: 'autopilot-approved', ...ofRequest, mode: 'veto' },
    { type: 'autopilot-demoted', step: 'resumed', attempt: 1, why: 'it failed' },
    { type: 'closed', why: 'done', by: lead },
    { type: 'reopened', job: 'job-2', why: 'again', at: 5, by: lead },
  ];

  it('are one for each event that concerns people, in order', () => {
    const { chargeNotes } = after(ofStep.proposed, ...noted);

    expect(chargeNotes?.map(({ event }) => event)).toEqual(
      noted.filter(({ type }) => type !== 'autopilot-armed'),
    );
    expect(chargeNotes?.[0]).toEqual({ at: timeOf(3), event: noted[0] });
  });

  it('are also about a request that Autopilot leaves to people', () => {
    const events: readonly IncidentEvent[] = [
      { type: 'autopilot-armed', ...ofRequest, until: 9, earned },
      { type: 'autopilot-held', step: 'resumed', attempt: 1, by: lead },
    ];
    const disarmed: IncidentEvent = { type: 'autopilot-disarmed', ...ofRequest, why: 'another incident' };

    expect(after(ofStep.proposed, ...events).chargeNotes?.map(({ event }) => event.type)).toEqual([
      'autopilot-held',
    ]);
    expect(after(ofStep.proposed, disarmed).chargeNotes?.map(({ event }) => event)).toEqual([disarmed]);
  });

  it('are none for what Relight does by itself', () => {
    expect(after(recovered, again, { type: 'closed', why: 'done' }).chargeNotes).toEqual([]);
    expect(
      after(ofStep.progress, { type: 'linked', incident: 'rl-2', link: 'https://s.example' }).chargeNotes,
    ).toEqual([]);
    expect(opened().chargeNotes).toBeUndefined();
  });
});
