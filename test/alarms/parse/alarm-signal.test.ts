import { describe, expect, it } from 'vitest';
import { anAlarm, meaningOf } from '../messages.ts';

/** An alarm over all training jobs, as EventBridge announces one of its time series. */
function aContributor(changes: Record<string, unknown> = {}) {
  return {
    'detail-type': 'CloudWatch Alarm Contributor State Change',
    source: 'aws.cloudwatch',
    account: '123456789012',
    region: 'us-east-1',
    resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:TrainingJobMemoryUsage-any'],
    detail: {
      alarmName: 'TrainingJobMemoryUsage-any',
      alarmContributor: { id: '6d442278dba546f6', attributes: { Host: 'srl-rlvr-gold-7/algo-2' } },
      state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: '2026-11-23T03:12:43.919+0000' },
      configuration: {
        metrics: [
          { expression: 'SELECT MAX(GPUMemoryUtilization) FROM "/aws/sagemaker/TrainingJobs" GROUP BY Host' },
        ],
      },
      ...changes,
    },
  };
}

/** The count that EventBridge sends for the same alarm beside its time series. */
function aSummary() {
  const { detail, ...event } = aContributor();
  return {
    ...event,
    'detail-type': 'CloudWatch Alarm State Change',
    detail: {
      ...detail,
      alarmContributor: undefined,
      state: { ...detail.state, reason: '2 out of 6 time series evaluated to ALARM' },
    },
  };
}

function math(...hosts: readonly string[]) {
  const Metrics = hosts.map((value) => ({
    MetricStat: { Metric: { Dimensions: [{ name: 'Host', value }] } },
  }));
  return anAlarm({ AlarmName: 'TrainingJobMemoryUsage-both', Trigger: { Metrics } });
}

describe('alarms over many time series', () => {
  it('open an incident for the job of each time series', () => {
    expect(meaningOf(aContributor())).toMatchObject({
      report: {
        job: 'srl-rlvr-gold-7',
        kind: 'oom_gpu',
        alarm: { name: 'TrainingJobMemoryUsage-any [Host=srl-rlvr-gold-7/algo-2]' },
      },
    });
  });

  it('clear each time series by itself', () => {
    const state = { value: 'OK', reason: '', timestamp: '2026-11-23T03:20:00Z' };

    expect(meaningOf(aContributor({ state }))).toMatchObject({
      cleared: {
        job: 'srl-rlvr-gold-7',
        alarm: { name: 'TrainingJobMemoryUsage-any [Host=srl-rlvr-gold-7/algo-2]' },
      },
    });
  });

  it('open the same incident when SNS announces the time series', () => {
    const body = anAlarm({
      AlarmName: 'TrainingJobMemoryUsage-any',
      NewStateReason: '2 out of 6 contributors evaluated to ALARM',
      AlarmContributorId: '6d442278dba546f6',
      AlarmContributorAttributes: { Host: 'srl-rlvr-gold-7/algo-2' },
      Trigger: { Metrics: [{ Expression: 'SELECT MAX(x) FROM y GROUP BY Host' }] },
    });

    expect(meaningOf(body)).toMatchObject({ report: { job: 'srl-rlvr-gold-7' } });
  });

  it('need no incident for the message that only counts the time series', () => {
    expect(meaningOf(aSummary())).toMatchObject({ ignored: expect.stringContaining('contributor') });
  });

  it('are kept with the attributes of the time series if none names a job', () => {
    const alarmContributor = { id: '1', attributes: { TableName: 'orders' } };

    expect(meaningOf(aContributor({ alarmContributor }))).toMatchObject({
      problem: expect.stringContaining('TableName = orders'),
    });
  });
});

describe('alarms that people muted', () => {
  const muteDetail = {
    mutedByArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:upgrade',
    muteWindowEnd: '2026-11-23T12:00:00.000+0000',
  };

  it('open nothing while a mute rule applies', () => {
    expect(meaningOf(aContributor({ muteDetail }))).toEqual({
      ignored: 'TrainingJobMemoryUsage-any [Host=srl-rlvr-gold-7/algo-2] is muted by upgrade',
    });
  });

  it('still clear', () => {
    const state = { value: 'OK', reason: '', timestamp: '2026-11-23T03:20:00Z' };

    expect(meaningOf(aContributor({ muteDetail, state }))).toHaveProperty('cleared');
  });

  it.each(['WaitPeriod', 'ExtensionPeriod', 'Alarm'])('open nothing while suppressed by %s', (by) => {
    const state = { value: 'ALARM', timestamp: '2026-11-23T03:20:00Z', actionsSuppressedBy: by };

    expect(meaningOf(aContributor({ state }))).toMatchObject({
      ignored: expect.stringContaining(`suppressed (actionsSuppressedBy: ${by})`),
    });
  });
});

describe('an alarm over several metrics', () => {
  it('opens an incident if all hosts belong to one job', () => {
    expect(meaningOf(math('srl-rlvr-gold-1/algo-1', 'srl-rlvr-gold-1/algo-2'))).toMatchObject({
      report: { job: 'srl-rlvr-gold-1' },
    });
  });

  it('is kept with the names of both jobs if it is about two', () => {
    expect(meaningOf(math('srl-rlvr-gold-1/algo-1', 'srl-rlvr-silver-2/algo-1'))).toMatchObject({
      problem: expect.stringContaining('srl-rlvr-gold-1, srl-rlvr-silver-2'),
    });
  });
});
