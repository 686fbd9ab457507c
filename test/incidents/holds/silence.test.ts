import { describe, expect, it } from 'vitest';
import type { Authorize } from '../../../src/incidents/click-result.ts';
import { endSilence, letThrough, silence, silenceOver } from '../../../src/incidents/holds/silence.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { SilenceScope } from '../../../src/incidents/model/hold.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { anOpening } from '../../support/a-journal.ts';

const now = 10_000_000;
const hour = 3_600_000;
const by = { user: 'U0RESP', via: 'form' } as const;
const everybody: Authorize = () => ({ allowed: true });
const onlyResponder: Authorize = ({ role }) =>
  role === 'responder' ? { allowed: true } : { allowed: false, says: 'It takes a lead.' };
const wish = { scope: 'job', minutes: 60, why: 'known' } as const;

function incidentWith(...events: readonly IncidentEvent[]): Incident {
  return incidentFrom(
    [anOpening(), ...events].map((event, seq) => ({ seq, at: now, event, prev: '', hash: '' })),
  );
}
const snoozed = (scope: SilenceScope, number = 1): IncidentEvent => ({
  type: 'snoozed',
  number,
  scope,
  until: now + hour,
  why: 'known',
  by,
});
const pressed = (number: number, authorize = everybody) => ({ number, by, authorize, now });

describe('a silence', () => {
  it('is recorded with its scope, end, author and reason', () => {
    expect(silence(incidentWith(), pressed(1), wish)).toEqual({
      events: [{ type: 'snoozed', number: 1, scope: 'job', until: now + hour, why: 'known', by }],
      answer: { kind: 'recorded', what: 'silenced' },
    });
  });

  it('of one job needs a responder, a broader one needs a lead, and any responder may end it', () => {
    const asked = SilenceScope.options.map(
      (scope) => silence(incidentWith(), pressed(1, onlyResponder), { ...wish, scope }).answer.kind,
    );
    expect(asked).toEqual(['recorded', 'refused', 'refused', 'refused']);
    expect(endSilence(incidentWith(snoozed('everything')), pressed(1, onlyResponder)).answer.kind).toBe(
      'recorded',
    );
    const nobody: Authorize = () => ({ allowed: false, says: 'no' });
    expect(endSilence(incidentWith(snoozed('job')), pressed(1, nobody)).events).toEqual([]);
  });

  it('on an outdated card, a second time, or on a closed incident changes nothing', () => {
    const closed = incidentWith({ type: 'closed', why: 'over' });
    expect(silence(closed, pressed(1), wish)).toMatchObject({ events: [], answer: { kind: 'closed' } });
    expect(silence(incidentWith(snoozed('job')), pressed(2), wish)).toEqual({
      events: [],
      answer: { kind: 'taken', by: 'U0RESP' },
    });
    const ended = incidentWith(snoozed('job'), { type: 'snooze-ended', number: 1, by });
    expect(silence(ended, pressed(1), wish).answer.kind).toBe('old-copy');
    expect(silence(ended, pressed(2), wish).answer.kind).toBe('recorded');
    expect(endSilence(ended, pressed(1)).answer.kind).toBe('old-copy');
    expect(endSilence(incidentWith(), pressed(1)).answer.kind).toBe('old-copy');
  });

  it.each([
    ['job', [true, false, false, false]],
    ['kind', [true, true, false, false]],
    ['tier', [true, true, true, false]],
    ['everything', [true, true, true, true]],
  ] as const)('with scope %s holds back only that', (scope, expected) => {
    const incident = incidentWith(snoozed(scope));
    const about = { job: incident.job, tier: 'gold', kind: 'spot_interruption' } as const;
    const failing = [
      about,
      { ...about, job: 'another' },
      { ...about, job: 'another', kind: 'data' as const },
      { job: 'another', tier: 'silver', kind: 'data' as const },
    ];

    expect(failing.map((one) => silenceOver(incident, one, now) !== undefined)).toEqual(expected);
    expect(silenceOver(incident, about, now + hour)).toBeUndefined();
  });

  it('stays active after its incident is closed, and can still be ended', () => {
    const closed = incidentWith(snoozed('everything'), { type: 'closed', why: 'over' });

    expect(silenceOver(closed, { job: 'a', tier: 'b', kind: 'data' }, now)).toBeDefined();
    expect(endSilence(closed, pressed(1)).answer.kind).toBe('recorded');
  });
});

describe('the thread of an incident that is held back', () => {
  const held: IncidentEvent = { type: 'held', hold: 'maintenance-0-1', name: 'Upgrade', until: now + hour };

  it('opens when a responder asks for it', () => {
    const { events, answer } = letThrough(incidentWith(held), { by, authorize: onlyResponder });

    expect(answer).toEqual({ kind: 'recorded', what: 'let-through' });
    expect(incidentWith(held, ...events).held).toBeUndefined();
    expect(letThrough(incidentWith(), { by, authorize: everybody }).answer).toEqual({ kind: 'not-held' });
  });

  it('opens as soon as a person acts in the incident', () => {
    const plan: IncidentEvent = { type: 'playbook-started', playbook: 'spot-interruption', steps: ['one'] };

    expect(incidentWith(held, plan).held).toBeDefined();
    expect(incidentWith(held, { ...plan, by }).held).toBeUndefined();
  });
});
