import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import type { FakePorts } from '../../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { gold, silver, type WatchUnderTest, watchedPorts, watchOver } from '../a-watch.ts';

let redis: TestRedis;
let ports: FakePorts;
let over: WatchUnderTest;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
  ports = watchedPorts();
  over = watchOver(ports, redis);
});

describe('a job that cannot be read', () => {
  const denied = new OpsError('aws-denied', 'ListObjectsV2 s3://locked/: AccessDenied');
  const locked = 's3://locked/checkpoints/';

  beforeEach(() => {
    const real = ports.checkpoints.folders.bind(ports.checkpoints);
    ports.checkpoints.folders = async (uri) => {
      if (uri === locked) throw denied;
      return real(uri);
    };
  });

  it('does not block the other jobs, and is logged once per pass', async () => {
    ports.training.put(trainingSince(240, { checkpointUri: locked }));
    ports.training.put(trainingSince(240, { name: silver }));
    await over.lookAt(37);

    expect(await over.alarms()).toMatchObject([{ job: silver }]);
    expect(over.logged).toHaveLength(1);
    expect(over.logged[0]).toContain('cannot read the checkpoints of the job');
  });

  it('is reported after three failed passes in a row, with the remedy, even if the watch restarts in between', async () => {
    ports.training.put(trainingSince(240, { checkpointUri: locked }));
    await over.lookAt(10);
    await over.lookAt(15);
    expect(await over.alarms()).toEqual([]);
    over = watchOver(ports, redis);
    await over.lookAt(20);
    await over.lookAt(25);

    expect(await over.alarms()).toEqual([
      {
        job: gold,
        kind: 'checkpoints_stopped',
        alarms: [
          {
            source: 'rpo-watch',
            name: 'Its checkpoints cannot be read',
            reason: expect.stringMatching(/^Add the permission to the role of Relight .* s3:\/\/locked\//),
            at: ended - 20 * minute,
          },
        ],
      },
    ]);
  });

  it('restarts the count after a successful read', async () => {
    ports.training.put(trainingSince(240, { checkpointUri: locked }));
    await over.lookAt(5);
    await over.lookAt(10);
    ports.training.put(trainingSince(240));
    await over.lookAt(15);
    ports.training.put(trainingSince(240, { checkpointUri: locked }));
    await over.lookAt(20);
    await over.lookAt(25);

    expect(await over.alarms()).toEqual([]);
  });

  it('shares one thread with all jobs that became unreadable in the same pass, about the most urgent one', async () => {
    ports.training.put(trainingSince(240, { name: silver, checkpointUri: locked }));
    ports.training.put(trainingSince(240, { checkpointUri: locked }));
    for (const minutesLater of [10, 15, 20]) await over.lookAt(minutesLater);

    expect(await over.alarms()).toMatchObject([
      { job: gold, alarms: [{ reason: expect.stringContaining('Also affects 1 more job. ') }] },
    ]);
  });
});

it('the RPO watch logs that the running jobs cannot be listed, and continues at the next pass', async () => {
  const { running } = ports.region;
  Object.assign(ports.region, { running: async () => Promise.reject(new OpsError('aws-throttled', 'List')) });
  await over.lookAt(37);
  Object.assign(ports.region, { running });
  expect(over.logged[0]).toContain('AWS throttles the requests');

  over = watchOver(ports, redis);
  await over.lookAt(42);
  expect(await over.alarms()).toHaveLength(1);
});

it('the RPO watch needs one listing per pass for a checkpoint that it has already read', async () => {
  const asked: string[] = [];
  for (const method of ['folders', 'files', 'filesBeside', 'uploadsInFlight', 'read'] as const) {
    const real = ports.checkpoints[method] as (...args: unknown[]) => Promise<never>;
    ports.checkpoints[method] = async (...args: unknown[]) => {
      asked.push(method);
      return real.apply(ports.checkpoints, args);
    };
  }
  await over.lookAt(1);
  expect(asked.length).toBeGreaterThan(5);
  asked.length = 0;

  await over.lookAt(6);
  await over.lookAt(11);

  expect(asked).toEqual(['folders', 'folders']);
});
