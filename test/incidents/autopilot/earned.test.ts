import { describe, expect, it } from 'vitest';
import { modeNow, nextMode, recordFrom } from '../../../src/incidents/autopilot/pilot-records.ts';
import { pilotRunsOf } from '../../../src/incidents/autopilot/pilot-runs.ts';
import type { Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';

const of = { playbook: 'spot-interruption', step: 'resumed', tier: anOpening().tier };
const attempt = { step: 'resumed', attempt: 1 } as const;
const hash = 'a'.repeat(64);
const by = { user: 'U0LEAD', via: 'button' } as const;
const approved: IncidentEvent = { type: 'autopilot-approved', ...attempt, hash, mode: 'veto' };
const suggested: IncidentEvent = {
  type: 'autopilot-suggested',
  ...attempt,
  hash,
  earned: { succeeded: 0, failed: 0 },
};
const begun: IncidentEvent = { type: 'step-begun', ...attempt, hash, marksSent: true };
const done: IncidentEvent = { type: 'step-done', ...attempt, result: {} };
const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
const failed: IncidentEvent = {
  type: 'step-failed',
  ...attempt,
  code: 'aws-quota',
  says: 'no quota',
  next: '',
};

/** The journal of one incident, an event per millisecond. */
function journal(...events: readonly IncidentEvent[]): readonly Entry[] {
  const started: IncidentEvent = { type: 'playbook-started', playbook: of.playbook, steps: ['resumed'] };
  return [anOpening(), started, ...events].map((event, seq) => ({ seq, at: seq, event, prev: '', hash: '' }));
}

function recordAfter(...events: readonly IncidentEvent[]): ReturnType<typeof recordFrom> {
  return recordFrom(pilotRunsOf(journal(...events)), [], of);
}

describe('the record of Autopilot for a step', () => {
  it('counts a run once training was restored, not when its launch is done', () => {
    expect(recordAfter(approved, begun, done)).toMatchObject({ succeeded: 0, failed: 0 });
    expect(recordAfter(approved, begun, done, recovered)).toMatchObject({ succeeded: 1, failed: 0 });
    expect(recordAfter(suggested, begun, done, recovered)).toMatchObject({ succeeded: 1, failed: 0 });
  });

  it('counts no run that Autopilot had nothing to do with', () => {
    expect(recordAfter(begun, done, recovered)).toMatchObject({ succeeded: 0, failed: 0 });
    const left: IncidentEvent = { type: 'autopilot-disarmed', ...attempt, hash, why: 'halted' };
    expect(recordAfter(suggested, left, begun, failed)).toMatchObject({ succeeded: 0, failed: 0 });
  });

  it.each<[string, IncidentEvent[], string]>([
    ['failed', [begun, failed], 'no quota'],
    [
      'was canceled',
      [begun, { type: 'step-canceled', ...attempt, by, says: '', sent: false }],
      'a person canceled it',
    ],
    [
      'did not last',
      [begun, done, recovered, { type: 'reopened', job: 'j', why: '', at: 1 }],
      'the recovery did not last',
    ],
    [
      'needed another playbook',
      [begun, done, { type: 'playbook-started', playbook: 'out-of-memory', steps: ['x'] }],
      'another playbook had to take over',
    ],
    ['was given up', [begun, done, { type: 'closed', why: 'given up', outcome: 'given-up', by }], 'given up'],
  ])('demotes it after a change that it approved %s', (_, events, why) => {
    const record = recordAfter(approved, ...events);
    expect(record).toMatchObject({ succeeded: 0, failed: 1, demotedBy: { end: { why } } });
    expect(modeNow({ mode: 'auto' }, record)).toBe('suggest');
    expect(modeNow({ mode: 'off' }, record)).toBe('off');
  });

  it('is worse, but demotes nothing, after a failure that people had approved', () => {
    const record = recordAfter(suggested, begun, failed);
    expect(record).toMatchObject({ failed: 1, demotedBy: undefined });
    expect(modeNow({ mode: 'veto' }, record)).toBe('veto');
  });

  it('starts over when a lead resets it', () => {
    const runs = pilotRunsOf(journal(approved, begun, failed));
    const reset = { ...of, at: 100, by: 'U0LEAD' };
    expect(recordFrom(runs, [reset], of)).toEqual({ succeeded: 0, failed: 0, demotedBy: undefined });
    expect(recordFrom(runs, [{ ...reset, tier: 'other' }], of)).toMatchObject({ failed: 1 });
  });

  it('earns the next mode by enough successes and no failure', () => {
    const setting = { promoteAfter: 5 } as const;
    expect(nextMode({ ...setting, mode: 'suggest' }, { succeeded: 5, failed: 0 })).toBe('veto');
    expect(nextMode({ ...setting, mode: 'veto' }, { succeeded: 5, failed: 0 })).toBe('auto');
    expect(nextMode({ ...setting, mode: 'auto' }, { succeeded: 9, failed: 0 })).toBeUndefined();
    expect(nextMode({ ...setting, mode: 'suggest' }, { succeeded: 4, failed: 0 })).toBeUndefined();
    expect(nextMode({ ...setting, mode: 'suggest' }, { succeeded: 9, failed: 1 })).toBeUndefined();
  });
});
