import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../../src/app/core.ts';
import { readinessWatch } from '../../../src/app/readiness/readiness-watch.ts';
import { createAwsAdapters } from '../../../src/app/steps/aws-adapters.ts';
import type { ReadinessCheck, ReadinessPart } from '../../../src/readiness/readiness.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../../aws/a-region.ts';
import { createTestCore } from '../../support/core.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const hour = 3_600_000;

describe('the worker', () => {
  let redis: TestRedis;
  let region: RegionUnderTest;
  let core: Core;
  let now: number;
  let measure: () => Promise<void>;

  beforeEach(async () => {
    now = Date.now();
    [redis, region] = await Promise.all([startRedis(), startRegionUnderTest()]);
    core = createTestCore(redis.client, { clock: { now: () => now } });
    measure = readinessWatch(core, createAwsAdapters(core, region.clients)).work;
  });
  afterEach(async () => {
    core.readers.close();
    await core.producer.close();
    await Promise.all([region.close(), redis.close()]);
  });

  const measuredAt = async (): Promise<number | undefined> => (await core.readinessStore.read())?.measuredAt;
  const checkOf = async (part: ReadinessPart): Promise<ReadinessCheck | undefined> =>
    (await core.readinessStore.read())?.checks.find((one) => one.part === part);

  it('measures the account at its start, then every six hours, and when a person asks', async () => {
    const first = now;
    await measure();
    expect(await measuredAt()).toBe(first);

    now += hour;
    await measure();
    expect(await measuredAt()).toBe(first);

    await core.readinessStore.ask(now);
    await measure();
    expect(await measuredAt()).toBe(now);

    now += 6 * hour;
    await measure();
    expect(await measuredAt()).toBe(now);
  });

  it.each<[string, string, ReadinessPart, string]>([
    ['sagemaker', 'ListTrainingJobs', 'checkpointing', 'sagemaker:ListTrainingJobs'],
    ['sagemaker', 'DescribeTrainingJob', 'checkpointing', 'sagemaker:DescribeTrainingJob'],
    ['cloudwatch', 'DescribeAlarms', 'alarms', 'cloudwatch:DescribeAlarms'],
    ['sagemaker', 'ListEndpoints', 'alarms', 'sagemaker:ListEndpoints'],
    ['s3', 'ListObjectsV2', 'checkpointing', 's3:ListBucket'],
    ['sagemaker', 'ListModelPackages', 'registry', 'sagemaker:ListModelPackages'],
  ])(
    'names the permission if AWS denies %s %s, and the other parts are measured',
    async (service, operation, part, permission) => {
      await region.disturb({ service, operation, kind: 'access-denied', count: 1 });

      await measure();

      expect((await checkOf(part))?.unmeasured).toEqual(
        expect.arrayContaining([
          { what: expect.stringContaining(operation), fix: expect.stringContaining(`Allow ${permission} `) },
        ]),
      );
      expect((await core.readinessStore.read())?.checks).toHaveLength(3);
    },
  );

  it('does not call a model untracked if the version that may have it cannot be read', async () => {
    await region.disturb({
      service: 'sagemaker',
      operation: 'DescribeModelPackage',
      kind: 'access-denied',
      count: 10,
    });

    await measure();

    const registry = await checkOf('registry');
    expect(registry?.findings).toEqual([]);
    expect(registry?.unmeasured[0]?.fix).toContain('sagemaker:DescribeModelPackage');
  });
});
