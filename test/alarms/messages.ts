import { correlate } from '../../src/alarms/correlate.ts';
import { parseSignals } from '../../src/alarms/parse/parse.ts';
import { type AlarmRule, builtInRules, type Lookup } from '../../src/alarms/rules.ts';

export function meaningOf(body: unknown, rules: readonly AlarmRule[] = [], lookup: Lookup = {}) {
  const parts = {
    region: 'us-east-1',
    account: '123456789012',
    rules: [...rules, ...builtInRules],
    classify: () => 'unknown' as const,
  };
  const [parsed = { problem: 'nothing' }] = parseSignals(
    typeof body === 'string' ? body : JSON.stringify(body),
  );
  return 'signal' in parsed ? correlate(parts, parsed.signal, lookup) : parsed;
}

export function anAlarm(changes: Record<string, unknown> = {}) {
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

export function aJobEvent(detail: Record<string, unknown>) {
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

export function anEndpointEvent(status: string) {
  return {
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Endpoint State Change',
    time: '2026-11-23T03:12:43Z',
    resources: ['arn:aws:sagemaker:us-east-1:123456789012:endpoint/srl-rlvr-gold-prod'],
    detail: {
      EndpointName: 'srl-rlvr-gold-prod',
      EndpointStatus: status,
      LastModifiedTime: 1_795_403_563_000,
    },
  };
}

export function aPackageEvent() {
  return {
    source: ['aws.sagemaker'],
    'detail-type': 'SageMaker Model Package State Change',
    time: '2026-11-23T03:12:43Z',
    detail: {
      ModelPackageArn: 'arn:aws:sagemaker:us-east-1:123456789012:model-package/srl/2',
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: 'Approved',
    },
  };
}

/** As sent by SNS: without a Trigger, with the child alarms. */
export function aComposite(changes: Record<string, unknown> = {}) {
  return anAlarm({
    AlarmName: 'TrainingJobInterrupted-any',
    AlarmRule: 'ALARM(TrainingJobInterrupted-a) OR ALARM(TrainingJobInterrupted-b)',
    Trigger: undefined,
    TriggeringChildren: [
      {
        Arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:TrainingJobInterrupted-a',
        State: { Value: 'ALARM', Timestamp: '2026-11-23T03:12:43.127+0000' },
      },
    ],
    ...changes,
  });
}
