import { describe, expect, it } from 'vitest';
import { durationsInWords, durationsOf, recoveryInWords } from '../../src/postmortem/durations.ts';
import { ended, minute } from '../support/a-training-run.ts';
import { aRecord, entry } from './a-record.ts';

describe('the durations of an incident', () => {
  it('count from the failure, against the RTO and the RPO', () => {
    const durations = durationsOf(aRecord());

    expect(durationsInWords(durations)).toEqual([
      { label: 'Detection', value: '2 min', limit: '' },
      { label: 'First human action', value: '15 min', limit: '' },
      { label: 'Waiting for approvals', value: '13 min', limit: '' },
      { label: 'Recovery', value: '42 min', limit: 'RTO 60 min: met' },
      {
        label: 'Training lost',
        value: '7 min, 12 steps behind the newest checkpoint',
        limit: 'RPO 30 min: met',
      },
    ]);
    expect(recoveryInWords(durations)).toBe('training ran again after 42 min, within the RTO of 60 min');
  });

  it('count the minute of the deadline as met, and the next one as missed', () => {
    const recovery = (after: number): boolean | undefined =>
      durationsOf(aRecord({ recovered: { at: ended + after, how: '' } })).withinRto;

    expect([recovery(60 * minute), recovery(60 * minute + 1)]).toEqual([true, false]);
  });

  it('use the last chosen checkpoint, and show when it missed the RPO', () => {
    const { findings } = aRecord();
    const second = {
      step: 'Validate checkpoints',
      action: 'validate-checkpoint',
      report: { headline: 'checkpoint-1200 is valid' },
      result: { stepsLost: 1, chosen: { ageMinutes: 31 } },
    };

    expect(durationsInWords(durationsOf(aRecord({ findings: [...findings, second] }))).at(-1)).toEqual({
      label: 'Training lost',
      value: '31 min, 1 step behind the newest checkpoint',
      limit: 'RPO 30 min: missed',
    });
  });

  it('show that there was no action and no recovery', () => {
    const { recovered, ...rest } = aRecord({ timeline: [entry(0, 'alarm', 'x')], findings: [], changes: [] });
    const durations = durationsOf(rest);

    expect(recovered).toBeDefined();
    expect(durationsInWords(durations).map(({ value }) => value)).toEqual([
      '2 min',
      'did not happen',
      'did not happen',
      'did not happen',
      'unknown',
    ]);
    expect(recoveryInWords(durations)).toBe('training was not recovered; the RTO was 60 min');
  });

  it('are never negative, although the clocks of AWS and Relight differ', () => {
    expect(durationsOf(aRecord({ openedAt: ended - minute })).detection).toBe(0);
  });
});
