import type { Clients } from '../clients.ts';
import { notProbed, type Probe } from './probe.ts';
import { type AlarmTargets, alarmProbes, jobProbes, logProbes } from './probe-jobs.ts';
import { auditProbes, type PlaceToProbe, placeProbes, queueProbes } from './probe-stores.ts';
import { type TopicTargets, topicProbes } from './probe-topics.ts';

export interface ProbeTargets {
  readonly queueUrl?: string | undefined;
  readonly auditBucket?: string | undefined;
  readonly places: readonly PlaceToProbe[];
  readonly alarms: AlarmTargets;
  /** AWS_REGION, where it is to be compared with what else names a Region. */
  readonly region?: string | undefined;
  readonly sns?: TopicTargets | undefined;
  /** A training job within the role's resource pattern; when left out, the newest one of the account. */
  readonly job?: string | undefined;
}

/** In the order in which a recovery needs them. */
export function awsProbes(clients: Clients, targets: ProbeTargets): readonly Probe[] {
  return [
    ...jobProbes(clients, targets.job),
    ...logProbes(clients),
    ...alarmProbes(clients, targets.alarms),
    ...targets.places.flatMap((place) => placeProbes(clients.s3, place)),
    ...auditProbes(clients.s3, targets.auditBucket),
    ...queueProbes(clients, targets.queueUrl, targets.region),
    ...(targets.sns === undefined ? [] : topicProbes(clients, targets.sns)),
    ...launchProbes,
  ];
}

const forModels = 'only a model playbook uses it; a denied call is said in the thread with the permission';

const launchProbes: readonly Probe[] = [
  notProbed('sagemaker:CreateTrainingJob', 'launch a training job', 'it would cost money'),
  notProbed('sagemaker:StopTrainingJob', 'stop a training job', 'it would stop one'),
  notProbed('sagemaker:AddTags', 'tag a training job', 'it is used with CreateTrainingJob only'),
  notProbed('iam:PassRole', 'hand the training role to SageMaker', 'it is used with CreateTrainingJob only'),
  notProbed('s3:PutObject', 'stage a checkpoint', 'Relight could not delete what it wrote'),
  notProbed(
    'cloudwatch:ListTagsForResource',
    'read the tags of an alarm',
    'it needs an alarm that has fired',
  ),
  notProbed('cloudwatch:GetMetricData', 'read metrics', 'it costs money for each metric'),
  notProbed('cloudwatch:GetMetricWidgetImage', 'draw metrics', 'it costs money for each picture'),
  ...(
    ['ListEndpointConfigs', 'ListModelPackages', 'DescribeEndpoint', 'DescribeEndpointConfig'] as const
  ).map((call) => notProbed(`sagemaker:${call}`, 'look at models that serve', forModels)),
  ...(['DescribeModel', 'DescribeModelPackage'] as const).map((call) =>
    notProbed(`sagemaker:${call}`, 'look at versions of models', forModels),
  ),
  ...(['CreateModel', 'CreateEndpointConfig', 'UpdateEndpoint', 'UpdateModelPackage'] as const).map((call) =>
    notProbed(`sagemaker:${call}`, 'go back to an earlier model', 'it would change what serves'),
  ),
  notProbed('sns:ConfirmSubscription', 'confirm a subscription', 'it needs a token that SNS sends'),
];
