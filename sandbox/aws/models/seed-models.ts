import { sagemakerArn } from '../arn.ts';
import type { Bucket } from '../bucket.ts';
import { trainingBucket } from '../seed.ts';
import { type Approval, ModelPackage } from './package.ts';
import type { Serving } from './serving.ts';

const day = 86_400_000;
const group = 'srl-rlvr-gold';
const endpoint = 'srl-rlvr-gold-prod';
const role = 'arn:aws:iam::123456789012:role/SageMakerInferenceRole';
const image = '763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:0.33.0-lmi15.0.0-cu128';

interface Version {
  readonly version: number;
  readonly job: string;
  readonly daysAgo: number;
  readonly approval: Approval;
  readonly approvalDescription: string;
  readonly reward: number;
  readonly accuracy: number;
  /** The artifact was deleted from the bucket without telling the registry. */
  readonly lostArtifact?: true;
}

const versions: readonly Version[] = [
  {
    version: 1,
    job: 'srl-rlvr-gold-20250929',
    daysAgo: 35,
    approval: 'Rejected',
    approvalDescription: 'Rewards short answers: see the evaluation of 30 September',
    reward: 0.512,
    accuracy: 0.64,
  },
  {
    version: 2,
    job: 'srl-rlvr-gold-20251007',
    daysAgo: 27,
    approval: 'Approved',
    approvalDescription: 'Evaluation passed',
    reward: 0.733,
    accuracy: 0.81,
    lostArtifact: true,
  },
  {
    version: 3,
    job: 'srl-rlvr-gold-20251014',
    daysAgo: 20,
    approval: 'Approved',
    approvalDescription: 'Evaluation passed',
    reward: 0.781,
    accuracy: 0.86,
  },
  {
    version: 4,
    job: 'srl-rlvr-gold-20251028',
    daysAgo: 6,
    approval: 'Approved',
    approvalDescription: 'Evaluation passed',
    reward: 0.792,
    accuracy: 0.87,
  },
];

/** The gold tier's production model: version 4 is live, 3 is intact, 2 lost its artifact, and 1 was rejected. */
export async function seedModels(bucket: Bucket, serving: Serving): Promise<void> {
  const { registry, models } = serving;
  const now = Date.now();
  registry.addGroup({
    name: group,
    createdAt: (now - 40 * day) / 1000,
    description: 'Models of the gold tier',
  });
  for (const one of versions) {
    await seedObjects(bucket, one);
    registry.add(packageOf(one, now));
  }
  for (const version of [3, 4]) {
    const { daysAgo = 0 } = versions.find((one) => one.version === version) ?? {};
    const createdAt = (now - daysAgo * day) / 1000 + 3_600;
    const container = { ModelPackageName: sagemakerArn('model-package', `${group}/${version}`) };
    await models.createModel(
      {
        ModelName: `${group}-v${version}`,
        // A deploy script sends one container and the console sends a list; DescribeModel returns the same form.
        ...(version === 3 ? { PrimaryContainer: container } : { Containers: [container] }),
        ExecutionRoleArn: role,
        EnableNetworkIsolation: false,
      },
      createdAt,
    );
    models.createConfig(configOf(version), createdAt + 60);
  }
  serving.seedEndpoint(endpoint, `${endpoint}-v4`, now - 6 * day, 1);
}

function configOf(version: number): Parameters<Serving['models']['createConfig']>[0] {
  return {
    EndpointConfigName: `${endpoint}-v${version}`,
    ProductionVariants: [
      {
        VariantName: 'AllTraffic',
        ModelName: `${group}-v${version}`,
        InstanceType: 'ml.g5.12xlarge',
        InitialInstanceCount: 2,
        InitialVariantWeight: 1,
        ContainerStartupHealthCheckTimeoutInSeconds: 900,
      },
    ],
    DataCaptureConfig: {
      EnableCapture: true,
      InitialSamplingPercentage: 10,
      DestinationS3Uri: `s3://${trainingBucket}/data-capture/${group}/`,
      CaptureOptions: [{ CaptureMode: 'InputAndOutput' }],
    },
  };
}

function evaluationUri(version: number): string {
  return `s3://${trainingBucket}/evaluation/${group}/v${version}/statistics.json`;
}

function artifactUri(job: string): string {
  return `s3://${trainingBucket}/output/${job}/output/model.tar.gz`;
}

/** Statistics in the format of SageMaker's model-quality reports. */
async function seedObjects(bucket: Bucket, one: Version): Promise<void> {
  const statistics = {
    rlvr_metrics: {
      mean_reward: { value: one.reward, standard_deviation: 0.021 },
      accuracy: { value: one.accuracy, standard_deviation: 0.012 },
    },
  };
  await bucket.put(evaluationUri(one.version), JSON.stringify(statistics));
  if (one.lostArtifact === undefined) await bucket.put(artifactUri(one.job), `model of ${one.job}`);
}

function packageOf(one: Version, now: number): ModelPackage {
  const { version, job, daysAgo, approval, approvalDescription } = one;
  return new ModelPackage({
    group,
    version,
    container: {
      Image: image,
      ModelDataUrl: artifactUri(job),
      Environment: { OPTION_ROLLING_BATCH: 'vllm' },
    },
    createdAt: (now - daysAgo * day) / 1000,
    approval,
    approvalDescription,
    lifeCycle: { Stage: version === 4 ? 'Production' : 'Staging', StageStatus: approval },
    metadata: {
      training_job: job,
      tier: 'gold',
      eval_mean_reward: String(one.reward),
      eval_accuracy: String(one.accuracy),
    },
    more: {
      MetadataProperties: { GeneratedBy: sagemakerArn('training-job', job) },
      ModelMetrics: {
        ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: evaluationUri(version) } },
      },
    },
  });
}
