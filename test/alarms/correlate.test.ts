import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aComposite, aJobEvent, anAlarm, anEndpointEvent, aPackageEvent, meaningOf } from './messages.ts';

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

  it('opens an incident for a job that SageMaker gave up on, with its end time as the start of the clock', () => {
    expect(meaningOf(aJobEvent({ TrainingEndTime: '1795403563000' }))).toMatchObject({
      report: { job: 'srl-rlvr-gold-1', alarm: { at: 1_795_403_563_000 } },
    });
  });

  it('opens an incident for an interrupted job, to watch whether SageMaker restarts it in time', () => {
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
      'the secondary status is one that AWS invented yesterday',
      aJobEvent({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Dreaming' }),
    ],
    ['an alarm has no data', anAlarm({ NewStateValue: 'INSUFFICIENT_DATA' })],
    ['an alarm of somebody else is OK', anAlarm({ AlarmName: 'DiskFull', NewStateValue: 'OK' })],
    ['an endpoint serves', anEndpointEvent('IN_SERVICE')],
    ['a model version is approved', aPackageEvent()],
  ])('opens nothing when %s', (_, body) => {
    expect(meaningOf(body)).toHaveProperty('ignored');
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
    ['has a job status that AWS invented yesterday', aJobEvent({ TrainingJobStatus: 'Paused' })],
    ['has an alarm state that AWS invented yesterday', anAlarm({ NewStateValue: 'WORRIED' })],
    ['has a job without a name', aJobEvent({ TrainingJobName: undefined })],
    [
      'is about another Region',
      anAlarm({ AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:TrainingJobInterrupted-gold' }),
    ],
    ['is a composite alarm over alarms that nobody heard of', aComposite()],
    ['is an SNS envelope around text', { Type: 'Notification', Message: 'hello' }],
  ])('keeps a message that %s, with the reason', (_, body) => {
    expect(meaningOf(body)).toMatchObject({ problem: expect.stringMatching(/\w+ \w+/) });
  });

  it('never crashes on any message', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string(), fc.constant('{"__proto__":{"AlarmName":1}}')),
        (body) => void meaningOf(body),
      ),
      { numRuns: 2_000 },
    );
  });

  it('reports an alarm that is OK again as cleared for its job', () => {
    expect(meaningOf(anAlarm({ NewStateValue: 'OK' }))).toMatchObject({
      cleared: { job: 'srl-rlvr-gold-1', alarm: { name: 'TrainingJobInterrupted-gold' } },
    });
  });

  it('opens an incident for an endpoint that is out of service, in the API’s spelling', () => {
    expect(meaningOf(anEndpointEvent('OUT_OF_SERVICE'))).toMatchObject({
      report: { job: 'srl-rlvr-gold-prod', kind: 'model_degraded', alarm: { name: 'OutOfService' } },
    });
  });

  const samples = '../shared/fixtures/aws-events';
  it.skipIf(!existsSync(samples))('reads or keeps every sample of a real AWS event', () => {
    for (const file of readdirSync(samples)) {
      const meaning = meaningOf(readFileSync(`${samples}/${file}`, 'utf8'));
      expect(['report', 'cleared', 'ignored', 'problem'], file).toContain(Object.keys(meaning)[0]);
    }
  });
});
