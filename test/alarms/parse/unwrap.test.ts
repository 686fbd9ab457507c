import { describe, expect, it } from 'vitest';
import { parseSignals } from '../../../src/alarms/parse/parse.ts';
import { aJobEvent, anAlarm, meaningOf } from '../messages.ts';

describe('messages inside other messages', () => {
  const alarm = JSON.stringify(anAlarm());
  const sns = { Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:1:t', Message: alarm };
  const state = { value: 'ALARM', reason: 'x', timestamp: '2026-11-23T03:12:43Z' };
  const metrics = [{ metricStat: { metric: { dimensions: { Host: 'srl-rlvr-gold-1/algo-1' } } } }];

  it.each([
    ['SNS', sns],
    ['SNS that a Lambda function received', { Records: [{ EventSource: 'aws:sns', Sns: sns }] }],
    [
      'SQS that a Lambda function received',
      { Records: [{ messageId: '1', body: alarm, eventSource: 'aws:sqs' }] },
    ],
    [
      'SNS in SQS that a Lambda function received',
      { Records: [{ messageId: '1', body: JSON.stringify(sns) }] },
    ],
    ['what `aws sqs receive-message` prints', { Messages: [{ MessageId: '1', Body: JSON.stringify(sns) }] }],
    ['a list', [anAlarm()]],
    ['JSON in a JSON string', JSON.stringify(alarm)],
    [
      'the Lambda action of an alarm',
      {
        source: 'aws.cloudwatch',
        alarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:TrainingJobInterrupted-gold',
        accountId: '123456789012',
        alarmData: { alarmName: 'TrainingJobInterrupted-gold', state, configuration: { metrics } },
      },
    ],
  ])('are found: %s', (_, body) => {
    expect(meaningOf(body)).toMatchObject({ report: { job: 'srl-rlvr-gold-1', kind: 'spot_interruption' } });
  });

  it('are all read if there are several', () => {
    const signals = parseSignals(JSON.stringify([anAlarm(), aJobEvent({ TrainingJobStatus: 'Failed' }), 5]));

    expect(signals).toMatchObject([
      { signal: { type: 'alarm' } },
      { signal: { type: 'training-job' } },
      { problem: 'item of the list 3 is 5, not an object' },
    ]);
  });

  it('are kept if there are too many, or too deep', () => {
    let deep: unknown = anAlarm();
    for (let level = 0; level < 10; level += 1) deep = [deep];

    expect(parseSignals(JSON.stringify(Array.from({ length: 300 }, () => anAlarm()))).at(-1)).toHaveProperty(
      'problem',
    );
    expect(parseSignals(JSON.stringify(deep))).toMatchObject([{ problem: expect.stringContaining('deep') }]);
  });
});

describe('a message that Relight cannot use', () => {
  it.each([
    [
      'a pipeline event',
      {
        source: 'aws.sagemaker',
        'detail-type': 'SageMaker Model Building Pipeline Execution Status Change',
        detail: {},
      },
      'SageMaker Model Building Pipeline Execution Status Change',
    ],
    ['an empty list', [], 'an empty list'],
    ['an empty object', {}, 'it is empty'],
    ['an unknown object', { foo: 1, bar: 2 }, 'it has foo, bar'],
    ['an Alertmanager notification', { receiver: 'team', alerts: [] }, 'Alertmanager'],
    [
      'an unconfirmed subscription',
      { Type: 'SubscriptionConfirmation', SubscribeURL: 'https://x' },
      'confirm the subscription',
    ],
    ['DescribeTrainingJob', { TrainingJobName: 'a', TrainingJobStatus: 'Failed' }, 'DescribeTrainingJob'],
    ['DescribeAlarms', { MetricAlarms: [] }, 'DescribeAlarms'],
    ['text from SNS', { Type: 'Notification', Message: 'hello' }, 'the SNS message does not contain JSON'],
    [
      'another dimension',
      anAlarm({ Trigger: { Dimensions: [{ name: 'TrainingJobName', value: 'gold' }] } }),
      'TrainingJobName = gold',
    ],
  ])('says what it is: %s', (_, body, words) => {
    expect(meaningOf(body)).toMatchObject({ problem: expect.stringContaining(words) });
  });
});
