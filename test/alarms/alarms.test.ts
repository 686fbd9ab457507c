import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlarmRule, correlate, matches } from '../../src/alarms/correlate.ts';
import { parseSignal } from '../../src/alarms/parse.ts';

const rules: readonly AlarmRule[] = [
  { alarm: 'TrainingJobInterrupted*', kind: 'spot_interruption', jobDimension: 'Host' },
];
const parts = { rules, classify: () => 'unknown' as const };

function meaningOf(body: unknown) {
  const parsed = parseSignal(typeof body === 'string' ? body : JSON.stringify(body));
  return 'signal' in parsed ? correlate(parts, parsed.signal) : parsed;
}

function anAlarm(changes: Record<string, unknown> = {}) {
  return {
    AlarmName: 'TrainingJobInterrupted-gold',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: '2026-11-23T03:12:43.127+0000',
    Region: 'US East (N. Virginia)',
    Trigger: {
      MetricName: 'TrainingJobInterrupted',
      Dimensions: [{ name: 'Host', value: 'srl-rlvr-gold-1/algo-1' }],
    },
    ...changes,
  };
}

function aJobEvent(detail: Record<string, unknown>) {
  return {
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Training Job State Change',
    time: '2026-11-23T03:12:43Z',
    detail: {
      TrainingJobName: 'srl-rlvr-gold-1',
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'MaxWaitTimeExceeded',
      ...detail,
    },
  };
}

describe('what an alarm message means', () => {
  it('finds the job of a CloudWatch alarm in its Host dimension, inside an SNS envelope or without one', () => {
    const wrapped = { Type: 'Notification', MessageId: '1', Message: JSON.stringify(anAlarm()) };

    for (const body of [anAlarm(), wrapped])
      expect(meaningOf(body)).toMatchObject({
        report: {
          job: 'srl-rlvr-gold-1',
          kind: 'spot_interruption',
          alarm: { at: Date.parse('2026-11-23T03:12:43.127Z') },
        },
      });
  });

  it('opens for a job that SageMaker gave up on, and takes its end time for the start of the clock', () => {
    expect(meaningOf(aJobEvent({ TrainingEndTime: '1795403563000' }))).toMatchObject({
      report: { job: 'srl-rlvr-gold-1', alarm: { at: 1_795_403_563_000 } },
    });
  });

  it('opens for an interrupted job, to watch whether SageMaker restarts it in time', () => {
    expect(
      meaningOf(aJobEvent({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Interrupted' })),
    ).toMatchObject({ report: { job: 'srl-rlvr-gold-1', kind: 'spot_interruption' } });
  });

  it.each([
    ['a person stopped the job', aJobEvent({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' })],
    ['the job completed', aJobEvent({ TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' })],
    [
      'SageMaker has restarted an interrupted job itself',
      aJobEvent({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' }),
    ],
    [
      'the status is one that AWS invented yesterday',
      aJobEvent({ TrainingJobStatus: 'Paused', SecondaryStatus: 'Dreaming' }),
    ],
    ['an alarm went back to OK', anAlarm({ NewStateValue: 'OK' })],
  ])('stays quiet when %s', (_, body) => {
    expect(meaningOf(body)).toHaveProperty('quiet');
  });

  it.each([
    ['is no JSON', '{"half": '],
    ['is JSON but no alarm', { hello: 'world' }],
    ['is a bare number', '5'],
    ['is null', 'null'],
    [
      'comes from a service Relight does not read',
      { 'detail-type': 'EC2 Instance State-change Notification', detail: {} },
    ],
    ['is an alarm without a time', anAlarm({ StateChangeTime: 'soon' })],
    ['is an alarm that no rule maps', anAlarm({ AlarmName: 'DiskFull' })],
    ['is an alarm that names no job', anAlarm({ Trigger: { Dimensions: [] } })],
    ['is an SNS envelope around text', { Type: 'Notification', Message: 'hello' }],
  ])('keeps a message that %s, with the reason', (_, body) => {
    expect(meaningOf(body)).toMatchObject({ unreadable: expect.stringMatching(/\w+ \w+/) });
  });

  it('never crashes on what it is sent', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string(), fc.constant('{"__proto__":{"AlarmName":1}}')),
        (body) => void meaningOf(body),
      ),
      { numRuns: 2_000 },
    );
  });

  it('reads `*` in a pattern as any characters and everything else as itself', () => {
    expect(matches('srl-*-gold.1', 'srl-rlvr-gold.1')).toBe(true);
    expect(matches('srl-*-gold.1', 'srl-rlvr-gold-1')).toBe(false);
    expect(matches('a*', 'ba')).toBe(false);
  });

  const samples = '../shared/fixtures/aws-events';
  it.skipIf(!existsSync(samples))('reads or keeps every sample of a real AWS event', () => {
    for (const file of readdirSync(samples)) {
      const meaning = meaningOf(readFileSync(`${samples}/${file}`, 'utf8'));
      expect(['report', 'quiet', 'unreadable'], file).toContain(Object.keys(meaning)[0]);
    }
  });
});
