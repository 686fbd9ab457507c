import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, folderOf, minute, putCheckpoint } from '../../support/a-training-run.ts';
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

const brokenAt = ended;

describe('the RPO watch of a training job', () => {
  it('opens an incident for a checkpoint older than the RPO, with its age and the time the RPO was missed', async () => {
    await over.lookAt(37);

    expect(await over.alarms()).toEqual([
      {
        job: gold,
        kind: 'checkpoints_stopped',
        alarms: [
          {
            source: 'rpo-watch',
            name: 'Checkpoints stopped',
            reason: 'checkpoint-1300 of 02:44 UTC is 37 min old, the RPO is 30 min',
            at: brokenAt,
          },
        ],
      },
    ]);
  });

  it('opens one incident across passes, processes and restarts', async () => {
    const other = watchOver(ports, redis);
    ports.time.now = ended + 7 * minute;
    await Promise.all([over.watch.check(), other.watch.check()]);
    await over.lookAt(42);
    over = watchOver(ports, redis);
    await over.lookAt(300);

    const [incident, ...more] = await over.incidents();
    expect(more).toEqual([]);
    expect(incident?.alarms).toHaveLength(1);
  });

  it('allows a fifth of the RPO for an upload before it raises an alarm', async () => {
    await over.lookAt(36);

    expect(await over.alarms()).toEqual([]);
  });

  it('counts from the start of training if there is no checkpoint', async () => {
    ports.training.put(trainingSince(40, { checkpointUri: 's3://srl-rlvr-training/empty/' }));
    ports.time.now = ended;
    await over.watch.check();

    expect(await over.alarms()).toMatchObject([
      {
        alarms: [
          {
            reason: 'no complete checkpoint in 40 min of training, the RPO is 30 min',
            at: ended - 10 * minute,
          },
        ],
      },
    ]);
  });

  it('reports a job without a CheckpointConfig once for all its restarts, with what a failure would lose', async () => {
    const { checkpointUri: _, ...job } = trainingSince(40);
    ports.training.put(job);
    ports.time.now = ended;
    await over.watch.check();
    const again = [
      ...job.transitions,
      { status: 'Interrupted', startedAt: ended + minute },
      { status: 'Training', startedAt: ended + 5 * minute },
    ];
    ports.training.put({ ...job, transitions: again });
    ports.time.now = ended + 60 * minute;
    await over.watch.check();

    expect(await over.alarms()).toMatchObject([
      {
        alarms: [
          {
            name: 'It writes no checkpoints',
            reason: 'if it fails now, 40 min of training is lost (RPO 30 min)',
            at: ended - 10 * minute,
          },
        ],
      },
    ]);
  });

  it('does not count an unfinished upload or a folder without its last file as a checkpoint', async () => {
    putCheckpoint(ports.checkpoints, 1350, 5);
    ports.checkpoints.startUpload(`${folderOf(1350)}model.safetensors`);
    putCheckpoint(ports.checkpoints, 1400, 2);
    ports.checkpoints.remove(`${folderOf(1400)}trainer_state.json`);
    await over.lookAt(37);

    expect(await over.alarms()).toMatchObject([{ alarms: [{ at: brokenAt }] }]);
  });
});

describe('the RPO watch raises no alarm', () => {
  it.each(['Starting', 'Pending', 'Downloading', 'Interrupted', 'Uploading', 'Stopping', 'Dreaming'])(
    'while the job is %s',
    async (secondaryStatus) => {
      ports.training.put(trainingSince(240, { secondaryStatus }));
      await over.lookAt(300);

      expect(await over.alarms()).toEqual([]);
    },
  );

  it('until a job that SageMaker restarted has again trained for longer than the RPO', async () => {
    const restarted = trainingSince(-60);
    ports.training.put({ ...restarted, createdAt: ended - 600 * minute });
    await over.lookAt(120);
    expect(await over.alarms()).toEqual([]);

    await over.lookAt(127);
    expect(await over.alarms()).toMatchObject([
      { alarms: [{ reason: expect.stringContaining('the last one is checkpoint-1300 of 02:44 UTC') }] },
    ]);
  });

  it('for jobs that no tier covers or that are younger than their RPO, and does not describe them', async () => {
    const asked: string[] = [];
    const real = ports.training.describe.bind(ports.training);
    ports.training.describe = async (name) => {
      asked.push(name);
      return real(name);
    };
    ports.training.put(trainingSince(600, { name: 'experiment-7' }));
    ports.training.put(trainingSince(-60, { name: silver }));
    await over.lookAt(100);

    expect(asked).toEqual([gold]);
  });
});
