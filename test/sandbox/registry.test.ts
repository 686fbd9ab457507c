import {
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackageGroupsCommand,
  ListModelPackagesCommand,
  type ListModelPackagesCommandInput,
  UpdateModelPackageCommand,
  type UpdateModelPackageCommandInput,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';

const group = 'srl-rlvr-gold';
const arn = (version: number): string =>
  `arn:aws:sagemaker:us-east-1:123456789012:model-package/${group}/${version}`;

describe('the model registry in the sandbox', () => {
  let region: RegionUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  async function versions(input: Partial<ListModelPackagesCommandInput>): Promise<unknown[]> {
    const command = new ListModelPackagesCommand(input);
    const { ModelPackageSummaryList: found = [] } = await region.clients.sagemaker.reads.send(command);
    return found.map(({ ModelPackageVersion: version }) => version);
  }

  async function update(version: number, input: Partial<UpdateModelPackageCommandInput>): Promise<unknown> {
    const command = new UpdateModelPackageCommand({ ModelPackageArn: arn(version), ...input });
    return region.clients.sagemaker.reads.send(command);
  }

  async function described(version: number) {
    const command = new DescribeModelPackageCommand({ ModelPackageName: arn(version) });
    return region.clients.sagemaker.reads.send(command);
  }

  it('lists the oldest version first by default, and lists none without a group', async () => {
    expect(await versions({ ModelPackageGroupName: group })).toEqual([1, 2, 3, 4]);
    expect(await versions({ ModelPackageGroupName: group, SortOrder: 'Descending' })).toEqual([4, 3, 2, 1]);
    expect(await versions({ ModelPackageGroupName: group, ModelApprovalStatus: 'Rejected' })).toEqual([1]);
    expect(await versions({})).toEqual([]);
    expect(await versions({ ModelPackageType: 'Versioned' })).toEqual([1, 2, 3, 4]);
  });

  it('lists versions page by page', async () => {
    const page = { ModelPackageGroupName: group, MaxResults: 3 };
    const first = await region.clients.sagemaker.reads.send(new ListModelPackagesCommand(page));

    expect(first.ModelPackageSummaryList).toHaveLength(3);
    expect(await versions({ ...page, NextToken: first.NextToken })).toEqual([4]);
    await expect(versions({ MaxResults: 101 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('describes the origin of a version, its metrics and the location of its model', async () => {
    const three = await described(3);

    expect(three).toMatchObject({
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: 'Approved',
      MetadataProperties: { GeneratedBy: expect.stringContaining('training-job/srl-rlvr-gold-20251014') },
      CustomerMetadataProperties: { training_job: 'srl-rlvr-gold-20251014', eval_mean_reward: '0.781' },
      ModelMetrics: { ModelQuality: { Statistics: { S3Uri: expect.stringContaining('/v3/') } } },
    });
    expect(three.InferenceSpecification?.Containers?.[0]?.ModelDataUrl).toMatch(/model\.tar\.gz$/);
    expect(three.CreationTime?.getTime()).toBeLessThan(Date.now());
  });

  it('changes only the fields in an update, and merges metadata properties', async () => {
    await update(2, {
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'rolled back by INC-7',
      CustomerMetadataProperties: { rolled_back_by: 'INC-7' },
      ModelLifeCycle: { Stage: 'Production', StageStatus: 'RolledBack' },
    });

    expect(await described(2)).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'rolled back by INC-7',
      ModelLifeCycle: { Stage: 'Production', StageStatus: 'RolledBack' },
      CustomerMetadataProperties: { rolled_back_by: 'INC-7', tier: 'gold' },
    });
    expect(await region.committed('UpdateModelPackage')).toMatchObject([
      { request: { ModelPackageArn: arn(2), ModelApprovalStatus: 'Rejected' } },
    ]);
  });

  it('refuses a description, a token or properties that exceed the limits of the API', async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, nth) => [`p${nth}`, 'x']));

    await expect(update(3, { ApprovalDescription: 'x'.repeat(1025) })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("at 'approvalDescription' failed to satisfy constraint"),
    });
    await expect(update(3, { CustomerMetadataProperties: many })).rejects.toThrow(/equal to 50/);
    const rest = Object.fromEntries(Object.entries(many).slice(0, 47));
    await expect(update(3, { CustomerMetadataProperties: rest })).rejects.toThrow(/at most 50/);
    await expect(update(3, { ClientToken: 'x'.repeat(37) })).rejects.toThrow(/clientToken/);
    await expect(update(9, {})).rejects.toThrow(`ModelPackage ${arn(9)} does not exist.`);
  });

  it('ignores a repeated update with the same client token', async () => {
    const rejected = { ModelApprovalStatus: 'Rejected', ClientToken: 'once' } as const;
    await update(4, rejected);
    await update(4, { ModelApprovalStatus: 'Approved' });
    await update(4, rejected);

    expect(await described(4)).toMatchObject({ ModelApprovalStatus: 'Approved' });
    await expect(update(4, { ...rejected, ApprovalDescription: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it('responds with a conflict when the control API injects one', async () => {
    await fetch(`${region.region.url}/_sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify({ service: 'sagemaker', operation: 'UpdateModelPackage', kind: 'conflict' }),
    });

    await expect(update(3, { ModelApprovalStatus: 'Rejected' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
    expect(await described(3)).toMatchObject({ ModelApprovalStatus: 'Approved' });
  });

  it('lists its groups and refuses unknown ones', async () => {
    const { reads: sagemaker } = region.clients.sagemaker;
    const { ModelPackageGroupSummaryList: groups } = await sagemaker.send(
      new ListModelPackageGroupsCommand({}),
    );

    expect(groups?.map(({ ModelPackageGroupName: name }) => name)).toEqual([group]);
    const unknown = { ModelPackageGroupName: 'nothing' };
    await expect(sagemaker.send(new DescribeModelPackageGroupCommand(unknown))).rejects.toThrow(
      /ModelPackageGroup .*\/nothing does not exist\./,
    );
    await expect(versions(unknown)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
