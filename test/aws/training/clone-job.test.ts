import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { cloneJob } from '../../../src/aws/training/clone-job.ts';
import { copiedFields } from '../../../src/aws/training/job-fields.ts';
import { describedJob } from '../a-described-job.ts';

const changes = { name: 'srl-rlvr-gold-r1-00', tags: {} };
const noTags = new Map<string, string>();

function clone(described: DescribeTrainingJobCommandOutput): ReturnType<typeof cloneJob> {
  return cloneJob(described, noTags, changes);
}

describe('the copy of a training job', () => {
  it('keeps every field that SageMaker returns unchanged', () => {
    const described = describedJob();

    const { request } = clone(described);

    expect(copiedFields).toHaveLength(25);
    for (const field of copiedFields) expect.soft(request[field], field).toEqual(described[field]);
  });

  it('contains no output fields of the old job', () => {
    const { request, source } = clone(describedJob());

    expect(Object.keys(request).toSorted()).toEqual([...copiedFields, 'Tags', 'TrainingJobName'].toSorted());
    expect(source['SecondaryStatus']).toBeUndefined();
  });

  it('differs from its source only in the name when no changes are requested', () => {
    const { request, source } = clone(describedJob());

    expect({ ...request, TrainingJobName: source['TrainingJobName'], Tags: undefined }).toEqual(source);
  });

  it('keeps the local checkpoint path when the checkpoints come from another folder', () => {
    const { request } = cloneJob(describedJob(), noTags, { ...changes, checkpointUri: 's3://b/recovery/' });

    expect(request['CheckpointConfig']).toEqual({
      S3Uri: 's3://b/recovery/',
      LocalPath: '/opt/ml/checkpoints',
    });
  });

  it('waits for spot capacity only when it runs on spot', () => {
    const StoppingCondition = { MaxRuntimeInSeconds: 86_400, MaxWaitTimeInSeconds: 172_800 };

    const spot = clone(describedJob({ StoppingCondition, EnableManagedSpotTraining: true }));
    const onDemand = clone(describedJob({ StoppingCondition, EnableManagedSpotTraining: false }));

    expect(spot.request['StoppingCondition']).toEqual(StoppingCondition);
    expect(onDemand.request['StoppingCondition']).toEqual({ MaxRuntimeInSeconds: 86_400 });
  });

  it('has no instance type next to instance groups', () => {
    const InstanceGroups = [
      { InstanceGroupName: 'gpu', InstanceType: 'ml.p4d.24xlarge' as const, InstanceCount: 2 },
    ];
    const ResourceConfig = { InstanceCount: 0, VolumeSizeInGB: 500, InstanceGroups };

    const { request } = clone(describedJob({ ResourceConfig }));

    expect(request['ResourceConfig']).toEqual({ VolumeSizeInGB: 500, InstanceGroups });
  });

  it('lets SageMaker choose again among preferred instances', () => {
    const InstancePreferences = [{ InstanceType: 'ml.p5.48xlarge' as const, InstanceCount: 1 }];
    const chosen = { SelectedInstanceType: 'ml.p5.48xlarge' as const, SelectedInstanceCount: 1 };

    const { request, source } = clone(
      describedJob({ ResourceConfig: { VolumeSizeInGB: 500, InstancePreferences, ...chosen } }),
    );

    expect(request['ResourceConfig']).toEqual({ VolumeSizeInGB: 500, InstancePreferences });
    expect(source['ResourceConfig']).toEqual(request['ResourceConfig']);
  });

  it('drops the metrics of a built-in algorithm, reports it, and keeps those of custom containers', () => {
    const withImage = (TrainingImage: string): DescribeTrainingJobCommandOutput =>
      describedJob({
        AlgorithmSpecification: {
          TrainingImage,
          TrainingInputMode: 'File',
          MetricDefinitions: [{ Name: 'loss', Regex: 'loss=(.*)' }],
        },
      });

    const builtIn = clone(withImage('811284229777.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1'));
    const own = clone(withImage('123456789012.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1'));

    expect(builtIn.request['AlgorithmSpecification']).not.toHaveProperty('MetricDefinitions');
    expect(builtIn.lost.join()).toContain('MetricDefinitions');
    expect(own.request['AlgorithmSpecification']).toHaveProperty('MetricDefinitions');
    expect(own.lost.join()).not.toContain('MetricDefinitions');
  });

  it('no longer belongs to the tuning job of its source, and reports it', () => {
    const described = describedJob({
      TuningJobArn: 'arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/t',
      HyperParameters: { _tuning_objective_metric: 'reward', epochs: '"3"' },
    });

    const { request, lost } = clone(described);

    expect(request['HyperParameters']).toEqual({ epochs: '"3"' });
    expect(lost.join()).toContain('hyper-parameter-tuning-job/t');
  });

  it('drops empty structures that SageMaker adds, but keeps empty strings', () => {
    const described = describedJob({
      VpcConfig: { SecurityGroupIds: [], Subnets: [] },
      DebugRuleConfigurations: [],
      Environment: {},
      OutputDataConfig: { KmsKeyId: '', S3OutputPath: 's3://b/out/' },
    });

    const { request } = clone(described);

    expect(request).not.toHaveProperty('VpcConfig');
    expect(request).not.toHaveProperty('DebugRuleConfigurations');
    expect(request).not.toHaveProperty('Environment');
    expect(request['OutputDataConfig']).toEqual({ KmsKeyId: '', S3OutputPath: 's3://b/out/' });
  });

  it('keeps the tags of the team, but not those of AWS or of an earlier recovery', () => {
    const tags = new Map([
      ['team', 'srl'],
      ['aws:cloudformation:stack-name', 'training'],
      ['relight:intent', 'of-an-earlier-try'],
    ]);

    const { request } = cloneJob(describedJob(), tags, { ...changes, tags: { 'relight:try': '1f' } });

    expect(request['Tags']).toEqual([
      { Key: 'relight:try', Value: '1f' },
      { Key: 'team', Value: 'srl' },
    ]);
  });

  it('names the tags that exceed the limit', () => {
    const tags = new Map(Array.from({ length: 50 }, (_, n) => [`t${n}`, 'x'] as const));

    const { request, lost } = cloneJob(describedJob(), tags, { ...changes, tags: { 'relight:try': '1f' } });

    // The launch adds four tags.
    expect(request['Tags']).toHaveLength(46);
    expect(lost.filter((line) => line.includes('tag t'))).toHaveLength(5);
  });

  it('is the same request for the same input, regardless of the order of tags', () => {
    const tags = new Map(['d', 'b', 'c', 'a'].map((key) => [key, 'x'] as const));
    const reversed = new Map([...tags].toReversed());

    const [one, other] = [tags, reversed].map((order) => cloneJob(describedJob(), order, changes).request);

    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });
});
