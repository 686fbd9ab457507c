import type { S3Uri } from '../playbooks/ports.ts';
import type { Clients } from './clients.ts';
import { notProbed, type Probe } from './probe.ts';
import { alarmProbes } from './probe-alarms.ts';
import { jobProbes, logProbes } from './probe-jobs.ts';
import { auditProbes, placeProbes, queueProbes } from './probe-stores.ts';
import { type TopicTargets, topicProbes } from './probe-topics.ts';

export interface ProbeTargets {
  readonly queueUrl?: string | undefined;
  readonly auditBucket?: string | undefined;
  readonly places: readonly S3Uri[];
  /** The alarm name patterns of relight.yaml. */
  readonly alarms: readonly string[];
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
    ...queueProbes(clients, targets.queueUrl),
    ...(targets.sns === undefined ? [] : topicProbes(clients, targets.sns)),
    ...launchProbes,
  ];
}

const launchProbes: readonly Probe[] = [
  notProbed('sagemaker:CreateTrainingJob', 'launch a training job', 'it would cost money'),
  notProbed('sagemaker:AddTags', 'tag a training job', 'it is used with CreateTrainingJob only'),
  notProbed('iam:PassRole', 'hand the training role to SageMaker', 'it is used with CreateTrainingJob only'),
  notProbed('s3:PutObject', 'stage a checkpoint', 'Relight could not delete what it wrote'),
];
