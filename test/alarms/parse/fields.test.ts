import { describe, expect, it } from 'vitest';
import { aJobEvent, anAlarm, meaningOf } from '../messages.ts';

describe('messages about another place', () => {
  const failed = (arn: string, more: object = {}) => ({
    ...aJobEvent({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', TrainingJobArn: arn }),
    ...more,
  });

  it.each([
    [
      'another account',
      failed('arn:aws:sagemaker:us-east-1:999988887777:training-job/srl-rlvr-gold-1'),
      '999988887777',
    ],
    [
      'another Region',
      failed('arn:aws:sagemaker:ap-southeast-2:123456789012:training-job/a'),
      'ap-southeast-2',
    ],
    [
      'GovCloud',
      failed('arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:training-job/a'),
      'us-gov-west-1',
    ],
    [
      'the sovereign cloud',
      failed('arn:aws-eusc:sagemaker:eusc-de-east-1:123456789012:training-job/a'),
      'eusc-de-east-1',
    ],
    [
      'an account that only the event names',
      { ...aJobEvent({ TrainingJobStatus: 'Failed' }), account: '999988887777' },
      '999988887777',
    ],
    [
      'a Region that only the event names',
      { ...aJobEvent({ TrainingJobStatus: 'Failed' }), region: 'eu-west-1' },
      'eu-west-1',
    ],
    [
      'an alarm on a metric of another account',
      anAlarm({
        Trigger: {
          Metrics: [
            {
              AccountId: '999988887777',
              MetricStat: { Metric: { Dimensions: [{ name: 'Host', value: 'srl-rlvr-gold-1' }] } },
            },
          ],
        },
      }),
      '999988887777',
    ],
  ])('are kept and name it: %s', (_, body, name) => {
    expect(meaningOf(body)).toMatchObject({ problem: expect.stringContaining(name) });
  });
});

describe('values that AWS writes in several ways', () => {
  const at = Date.parse('2026-11-23T03:12:43.700Z');

  it.each([
    ['seconds', at / 1_000],
    ['seconds in a string', String(at / 1_000)],
    ['milliseconds', at],
    ['ISO 8601', '2026-11-23T03:12:43.700Z'],
    ['an offset', '2026-11-23T04:12:43.700+0100'],
    ['no offset', '2026-11-23T03:12:43.700'],
    ['a space', '2026-11-23 03:12:43.700'],
  ])('reads a time with %s', (_, TrainingEndTime) => {
    expect(meaningOf(aJobEvent({ TrainingJobStatus: 'Failed', TrainingEndTime }))).toMatchObject({
      report: { alarm: { at } },
    });
  });

  it('reads null as a field that is not set', () => {
    const detail = { TrainingJobStatus: 'Failed', FailureReason: null, SecondaryStatusTransitions: null };

    expect(
      meaningOf({ ...aJobEvent({ ...detail, EnableManagedSpotTraining: null }), resources: null }),
    ).toHaveProperty('report');
    expect(meaningOf(anAlarm({ AlarmArn: null, TriggeringChildren: null }))).toHaveProperty('report');
  });
});
