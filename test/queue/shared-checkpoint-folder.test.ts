import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { playbook } from '../../src/playbooks/catalog/spot-interruption.ts';
import type { S3Uri } from '../../src/ports/ports.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { putCheckpoint, root } from '../support/a-training-run.ts';
import { aJob, failedJob } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('a relaunch into the checkpoint folder of another running job', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    stepped = await stepThrough(redis, playbook);
    stepped.ports.training.put(aJob());
    putCheckpoint(stepped.ports.checkpoints, 1300, 5);
  });

  const state = async () => (await stepped.store.load(stepped.id)).states['resumed'];
  const runs = (name: string, checkpointUri: S3Uri, status = 'InProgress'): void =>
    stepped.ports.training.put(aJob({ name, checkpointUri, status, secondaryStatus: 'Training' }));

  async function approve(): Promise<void> {
    const proposed = await state();
    if (proposed?.status !== 'proposed') throw new Error(`resumed is ${JSON.stringify(proposed)}`);
    const { hash, attempt } = proposed;
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await stepped.events({ type: 'step-approved', step: 'resumed', attempt, hash, by });
    await stepped.runDue();
  }

  it.each([
    ['the same folder', root, 'InProgress'],
    ['the same folder without its last slash', root.slice(0, -1), 'InProgress'],
    ['the folder above it', root.replace(/[^/]+\/$/, ''), 'InProgress'],
    ['a folder inside it', `${root}new/`, 'InProgress'],
    ['the same folder, written with two slashes', root.replace(/\/([^/]+\/)$/, '//$1'), 'InProgress'],
    ['the same folder, and is about to stop', root, 'Stopping'],
  ])('is not offered while another job uses %s', async (_, uri, status) => {
    runs('somebody-elses-job', uri as S3Uri, status);

    await stepped.runDue();

    expect(await state()).toMatchObject({
      status: 'failed',
      code: 'folder-in-use',
      says: expect.stringContaining(`somebody-elses-job is running and writes to ${uri}`),
    });
  });

  it('is not sent if that job began after the request was shown, and nothing is launched', async () => {
    await stepped.runDue();
    runs('somebody-elses-job', root);

    await approve();

    expect(await state()).toMatchObject({ status: 'failed', code: 'folder-in-use' });
    expect(stepped.ports.training.launches).toEqual([]);
  });

  it.each([
    ['a folder whose name only begins the same', `${root.slice(0, -1)}-2/`, 'InProgress'],
    ['the folder, but has ended', root, 'Failed'],
  ])('is launched beside a job with %s', async (_, uri, status) => {
    runs('somebody-elses-job', uri as S3Uri, status);
    await stepped.runDue();

    await approve();

    expect(stepped.ports.training.launches.map(({ TrainingJobName: name }) => name)).toEqual([
      expect.stringMatching(`^${failedJob}-r`),
    ]);
  });
});
