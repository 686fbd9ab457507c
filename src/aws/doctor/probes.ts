import type { Clients } from '../clients.ts';
import { notProbed, type Probe } from './probe.ts';
import { actorProbes } from './probe-actor.ts';
import { headKeyProbes } from './probe-head-key.ts';
import { type AlarmTargets, alarmProbes, jobProbes, logProbes } from './probe-jobs.ts';
import { machineProbes } from './probe-machines.ts';
import { auditProbes, type ConfiguredLocation, locationProbes, queueProbes } from './probe-stores.ts';
import { fallbackProbe, type TopicTargets, topicProbes } from './probe-topics.ts';

export interface ProbeTargets {
  readonly queueUrl?: string | undefined;
  readonly auditBucket?: string | undefined;
  readonly locations: readonly ConfiguredLocation[];
  readonly alarms: AlarmTargets;
  /** AWS_REGION, to compare with the Region in the queue URL. */
  readonly region?: string | undefined;
  readonly sns?: TopicTargets | undefined;
  /** `notify_fallback.sns_topic` of relight.yaml. */
  readonly fallbackTopic?: string | undefined;
  /** `state_machines` of relight.yaml. */
  readonly stateMachines?: readonly string[];
  /** A training job within the role's resource pattern. Default: the newest one in the account. */
  readonly job?: string | undefined;
  /** RELIGHT_HEAD_KEY_ARN. */
  readonly headKeyArn?: string | undefined;
  /** Whether this process signs heads: a worker only checks them. Default: true. */
  readonly signsHeads?: boolean;
  /** RELIGHT_ACTOR_ROLE_ARN. */
  readonly actorRole?: string | undefined;
}

/** All probes of a worker, in the order in which a recovery needs them. */
export function awsProbes(clients: Clients, targets: ProbeTargets): readonly Probe[] {
  return [
    ...jobProbes(clients, targets.job),
    ...logProbes(clients),
    ...alarmProbes(clients, targets.alarms),
    ...targets.locations.flatMap((location) => locationProbes(clients.s3, location)),
    ...auditProbes(clients.vault, targets.auditBucket),
    ...headKeyProbes(clients, targets.headKeyArn, targets.signsHeads ?? true),
    ...queueProbes(clients, targets.queueUrl, targets.region),
    ...(targets.sns === undefined ? [] : topicProbes(clients, targets.sns)),
    ...(targets.fallbackTopic === undefined ? [] : [fallbackProbe(clients, targets.fallbackTopic)]),
    ...machineProbes(clients, targets.stateMachines ?? []),
    ...lookProbes,
    ...intakeProbes,
    ...actorProbes(clients, targets.actorRole),
    ...changeProbes,
  ];
}

/** The probes of a process that is only a bot: it finds jobs and checkpoints that people name, and takes alarms. */
export function botProbes(
  clients: Clients,
  targets: Pick<ProbeTargets, 'auditBucket' | 'headKeyArn' | 'locations'> & { readonly job: string },
): readonly Probe[] {
  return [
    ...jobProbes(clients, targets.job).filter(
      ({ permission }) => permission === 'sagemaker:DescribeTrainingJob',
    ),
    ...targets.locations.flatMap((location) => locationProbes(clients.s3, location)),
    ...auditProbes(clients.vault, targets.auditBucket),
    ...headKeyProbes(clients, targets.headKeyArn, true),
    ...intakeProbes,
  ];
}

const onlyEncrypted = 'it is only used where a bucket or a queue is encrypted with your own key';

const intakeProbes: readonly Probe[] = [
  notProbed('sns:ConfirmSubscription', 'confirm a subscription', 'it needs a token from SNS'),
  notProbed(
    'cloudwatch:ListTagsForResource',
    'read the tags of an alarm',
    'it needs an alarm that has fired',
  ),
  notProbed('kms:Decrypt', 'read encrypted objects and messages', onlyEncrypted),
  notProbed('kms:GenerateDataKey', 'write encrypted objects', onlyEncrypted),
];

const forModels = 'only the model playbook uses it; if it is denied, the thread names the permission';

const lookProbes: readonly Probe[] = [
  notProbed('sns:Publish', 'send open incidents while Slack takes no messages', 'it would notify people'),
  notProbed(
    'ecr:BatchGetImage',
    'notice a changed training image',
    'it needs the image of a job; if it is denied, the request says so',
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
];

const onlyTagged = 'it is only used for a checkpoint whose objects have tags';

/** What the actor role needs, or the worker without it. */
const changeProbes: readonly Probe[] = [
  notProbed('sagemaker:CreateTrainingJob', 'launch a training job', 'it would cost money'),
  notProbed('sagemaker:StopTrainingJob', 'stop a training job', 'it would stop a running job'),
  notProbed('sagemaker:AddTags', 'tag a training job', 'it is only used together with CreateTrainingJob'),
  notProbed(
    'iam:PassRole',
    'pass the training role to SageMaker',
    'it is only used together with CreateTrainingJob',
  ),
  notProbed(
    'kms:CreateGrant',
    'encrypt the volumes of a job',
    'it is only used together with CreateTrainingJob',
  ),
  notProbed('s3:PutObject', 'stage a checkpoint', 'Relight could not delete what it wrote'),
  notProbed('s3:GetObjectTagging', 'copy the tags of a checkpoint', onlyTagged),
  notProbed('s3:PutObjectTagging', 'copy the tags of a checkpoint', onlyTagged),
  ...(['CreateModel', 'CreateEndpointConfig', 'UpdateEndpoint', 'UpdateModelPackage'] as const).map((call) =>
    notProbed(
      `sagemaker:${call}`,
      'roll back to an earlier model',
      'it would change what the endpoint serves',
    ),
  ),
];
