import type { Clients } from '../clients.ts';
import { notProbed, type Probe } from './probe.ts';
import { type AlarmTargets, alarmProbes, jobProbes, logProbes } from './probe-jobs.ts';
import { machineProbes } from './probe-machines.ts';
import { auditProbes, type ConfiguredLocation, locationProbes, queueProbes } from './probe-stores.ts';
import { type TopicTargets, topicProbes } from './probe-topics.ts';

export interface ProbeTargets {
  readonly queueUrl?: string | undefined;
  readonly auditBucket?: string | undefined;
  readonly locations: readonly ConfiguredLocation[];
  readonly alarms: AlarmTargets;
  /** AWS_REGION, to compare with the Region in the queue URL. */
  readonly region?: string | undefined;
  readonly sns?: TopicTargets | undefined;
  /** `state_machines` of relight.yaml. */
  readonly stateMachines?: readonly string[];
  /** A training job within the role's resource pattern. Default: the newest one in the account. */
  readonly job?: string | undefined;
}

/** All probes, in the order in which a recovery needs them. */
export function awsProbes(clients: Clients, targets: ProbeTargets): readonly Probe[] {
  return [
    ...jobProbes(clients, targets.job),
    ...logProbes(clients),
    ...alarmProbes(clients, targets.alarms),
    ...targets.locations.flatMap((location) => locationProbes(clients.s3, location)),
    ...auditProbes(clients.vault, targets.auditBucket),
    ...queueProbes(clients, targets.queueUrl, targets.region),
    ...(targets.sns === undefined ? [] : topicProbes(clients, targets.sns)),
    ...machineProbes(clients, targets.stateMachines ?? []),
    ...launchProbes,
  ];
}

const forModels = 'only the model playbook uses it; if it is denied, the thread names the permission';

const launchProbes: readonly Probe[] = [
  notProbed('sagemaker:CreateTrainingJob', 'launch a training job', 'it would cost money'),
  notProbed('sagemaker:StopTrainingJob', 'stop a training job', 'it would stop a running job'),
  notProbed('sagemaker:AddTags', 'tag a training job', 'it is only used together with CreateTrainingJob'),
  notProbed(
    'ecr:BatchGetImage',
    'notice a changed training image',
    'it needs the image of a job; if it is denied, the request says so',
  ),
  notProbed(
    'iam:PassRole',
    'pass the training role to SageMaker',
    'it is only used together with CreateTrainingJob',
  ),
  notProbed('s3:PutObject', 'stage a checkpoint', 'Relight could not delete what it wrote'),
  notProbed(
    'cloudwatch:ListTagsForResource',
    'read the tags of an alarm',
    'it needs an alarm that has fired',
  ),
  notProbed(
    'cloudwatch:DescribeAlarmContributors',
    'poll the time series of an alarm',
    'it needs an alarm over many time series',
  ),
  notProbed('cloudwatch:GetMetricData', 'read metrics', 'each metric costs money'),
  notProbed('cloudwatch:GetMetricWidgetImage', 'draw metrics', 'each image costs money'),
  ...(
    ['ListEndpointConfigs', 'ListModelPackages', 'DescribeEndpoint', 'DescribeEndpointConfig'] as const
  ).map((call) => notProbed(`sagemaker:${call}`, 'read endpoints and the models they serve', forModels)),
  ...(['DescribeModel', 'DescribeModelPackage'] as const).map((call) =>
    notProbed(`sagemaker:${call}`, 'read model versions', forModels),
  ),
  ...(['CreateModel', 'CreateEndpointConfig', 'UpdateEndpoint', 'UpdateModelPackage'] as const).map((call) =>
    notProbed(
      `sagemaker:${call}`,
      'roll back to an earlier model',
      'it would change what the endpoint serves',
    ),
  ),
  notProbed('sns:ConfirmSubscription', 'confirm a subscription', 'it needs a token from SNS'),
];
