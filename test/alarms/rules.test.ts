import { describe, expect, it } from 'vitest';
import type { AlarmRule, Lookup } from '../../src/alarms/rules.ts';
import { matches } from '../../src/patterns.ts';
import { aComposite, anAlarm, meaningOf } from './messages.ts';

describe('the job of an alarm', () => {
  it('is found for a composite alarm through its child alarms, from SNS and EventBridge', () => {
    const byEvent = {
      'detail-type': 'CloudWatch Alarm State Change',
      detail: {
        alarmName: 'TrainingJobInterrupted-any',
        state: {
          value: 'ALARM',
          reason: 'a child went to ALARM',
          reasonData: JSON.stringify({
            triggeringAlarms: [
              { arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:TrainingJobInterrupted-a' },
            ],
          }),
          timestamp: '2026-11-23T03:12:43.127+0000',
        },
        configuration: { alarmRule: 'ALARM(TrainingJobInterrupted-a)' },
      },
    };

    for (const body of [aComposite(), byEvent])
      expect(meaningOf(body, [], { childJobs: ['srl-rlvr-gold-1'] })).toMatchObject({
        report: { job: 'srl-rlvr-gold-1', alarm: { name: 'TrainingJobInterrupted-any' } },
      });
  });

  it('is not guessed if the children of a composite alarm are about several jobs', () => {
    expect(meaningOf(aComposite(), [], { childJobs: ['job-1', 'job-2'] })).toMatchObject({
      problem: expect.stringContaining('job-1, job-2'),
    });
  });

  it.each<[string, AlarmRule, Lookup]>([
    [
      'the part of its name that * stands for',
      { alarm: 'DiskFull-*', kind: 'disk_full', job: { name: true }, where: 'here' },
      {},
    ],
    [
      'one of its tags',
      {
        alarm: 'DiskFull-*',
        kind: 'disk_full',
        job: { tag: 'training-job' },
        tags: { team: 'rl*' },
        where: 'here',
      },
      { tags: { team: 'rlvr', 'training-job': 'srl-rlvr-gold-1' } },
    ],
    [
      'a dimension, when another one is as the rule says',
      {
        alarm: 'DiskFull-*',
        kind: 'disk_full',
        job: { dimension: 'Host' },
        dimensions: { Host: 'srl-*' },
        where: 'here',
      },
      {},
    ],
  ])('is found in %s', (_, rule, lookup) => {
    const body = anAlarm({ AlarmName: 'DiskFull-srl-rlvr-gold-1' });

    expect(meaningOf(body, [rule], lookup)).toMatchObject({
      report: { job: 'srl-rlvr-gold-1', kind: 'disk_full' },
    });
  });

  it('comes from the next rule if dimensions or tags do not match', () => {
    const rule: AlarmRule = {
      alarm: 'TrainingJobInterrupted*',
      kind: 'hardware',
      job: { dimension: 'Host' },
      tags: { team: 'vision' },
      where: 'here',
    };

    expect(meaningOf(anAlarm(), [rule], { tags: { team: 'rlvr' } })).toMatchObject({
      report: { kind: 'spot_interruption' },
    });
    expect(meaningOf(anAlarm(), [{ ...rule, tags: {} }])).toMatchObject({ report: { kind: 'hardware' } });
  });

  it('is matched with `*` for any characters and all other characters literally', () => {
    expect(matches('srl-*-gold.1', 'srl-rlvr-gold.1')).toBe(true);
    expect(matches('srl-*-gold.1', 'srl-rlvr-gold-1')).toBe(false);
    expect(matches('a*', 'ba')).toBe(false);
  });
});
