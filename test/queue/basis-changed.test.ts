import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { playbook } from '../../src/playbooks/catalog/spot-interruption.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { folderOf, putCheckpoint } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

/** The steps of the playbook for lost spot capacity, run by a worker on S3 and SageMaker in memory. */
describe('a checkpoint that is overwritten after it was graded', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;
  const weights = `${folderOf(1300)}model.safetensors`;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    stepped = await stepThrough(redis, playbook);
    const { ports } = stepped;
    ports.training.put(aJob());
    putCheckpoint(ports.checkpoints, 1300, 5);
    putCheckpoint(ports.checkpoints, 1200, 35);
  });

  const state = async (step: string): Promise<StepState | undefined> =>
    (await stepped.store.load('rl-test1234')).states[step];

  async function proposed(): Promise<Extract<StepState, { status: 'proposed' }>> {
    await stepped.runDue();
    const present = await state('resumed');
    if (present?.status !== 'proposed') throw new Error(`resumed is ${JSON.stringify(present)}`);
    return present;
  }

  async function approve({ hash, attempt }: { hash: string; attempt: number }): Promise<void> {
    await stepped.events({
      type: 'step-approved',
      step: 'resumed',
      attempt,
      hash,
      by: { user: 'U0LEAD', via: 'button' },
    });
    await stepped.runDue();
  }

  /** Changes the files between the grading and the request, which lists the folder again. */
  function afterEachGrading(write: () => void): () => void {
    const { checkpoints } = stepped.ports;
    const files = checkpoints.files.bind(checkpoints);
    checkpoints.files = async (folder) => {
      if (folder === folderOf(1300) && (await state('validation'))?.status === 'done') write();
      return files(folder);
    };
    return () => void (checkpoints.files = files);
  }

  it('is not launched on the earlier approval: it is graded again, and the previous checkpoint is proposed', async () => {
    const first = await proposed();
    expect(first.proposal.headline).toContain('from step 1,300');
    stepped.ports.checkpoints.change(weights, (bytes) => bytes.subarray(0, 100));

    await approve(first);

    expect(stepped.ports.training.launches).toEqual([]);
    expect(stepped.vaultIntents).toEqual([]);
    expect(await stepped.ports.blocklist.list()).toEqual([]);
    const second = await proposed();
    expect(second).toMatchObject({
      attempt: 2,
      approvals: [],
      renewed: 'checkpoint-1300 changed after it was checked: model.safetensors was overwritten',
    });
    expect(second.proposal.headline).toContain('from step 1,200');
    await approve(second);
    expect(stepped.ports.training.launches).toHaveLength(1);
    expect(stepped.ports.checkpoints.copies.map(({ from }) => from)).toEqual([folderOf(1200)]);
  });

  it('is proposed again with a new hash if it is still good, because people approved the old files', async () => {
    const first = await proposed();
    stepped.ports.checkpoints.put(weights, stepped.ports.checkpoints.bytesOf(weights), 1);

    await approve(first);

    expect(stepped.ports.training.launches).toEqual([]);
    const second = await proposed();
    expect(second.hash).not.toBe(first.hash);
    expect(second.proposal.headline).toContain('from step 1,300');
  });

  it('is graded again before anyone is asked if it changes before the first request', async () => {
    let times = 0;
    afterEachGrading(() => {
      times += 1;
      if (times === 1) stepped.ports.checkpoints.change(weights, (bytes) => bytes.subarray(0, 100));
    });

    const { proposal, renewed } = await proposed();

    expect(renewed).toContain('checkpoint-1300 was written to after it was checked');
    expect(proposal.headline).toContain('from step 1,200');
  });

  it('fails the step with advice if it keeps changing, and "Try again" grades it again', async () => {
    const { checkpoints } = stepped.ports;
    let writes = 0;
    const stop = afterEachGrading(() => {
      writes += 1;
      checkpoints.put(weights, checkpoints.bytesOf(weights), writes);
    });

    await stepped.runDue();

    expect(await state('resumed')).toMatchObject({
      status: 'failed',
      code: 'basis-changed',
      attempt: 2,
      next: expect.stringContaining('Stop what writes there') as unknown,
    });
    stop();
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await stepped.events({ type: 'step-retried', step: 'resumed', attempt: 3, by });
    expect(await proposed()).toMatchObject({ attempt: 4 });
  });

  it('may have a secret in a file name: the journal stores a hash, and the launch continues', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLE';
    stepped.ports.checkpoints.put(`${folderOf(1300)}notes-${secret}.txt`, new Uint8Array([1]), 1);
    const first = await proposed();

    await approve(first);

    expect(stepped.ports.training.launches).toHaveLength(1);
    expect(JSON.stringify(await stepped.store.journal('rl-test1234'))).not.toContain(secret);
    expect(JSON.stringify(stepped.vaultIntents)).not.toContain(secret);
  });

  it('is not launched above a cap that was lowered after the proposal', async () => {
    const first = await proposed();
    Object.assign(stepped.ports, { caps: { instanceTypes: ['ml.g5.2xlarge'], instanceCount: 4 } });

    await approve(first);

    expect(stepped.ports.training.launches).toEqual([]);
    expect(stepped.vaultIntents).toEqual([]);
    expect(await state('resumed')).toMatchObject({
      status: 'failed',
      code: 'cap-exceeded',
      says: expect.stringContaining('ml.p4d.24xlarge is not among caps.instance_types') as unknown,
    });
  });

  it('does not matter after the launch: the attempt adopts the job that it launched', async () => {
    const first = await proposed();
    await stepped.events(
      {
        type: 'step-approved',
        step: 'resumed',
        attempt: 1,
        hash: first.hash,
        by: { user: 'U0LEAD', via: 'button' },
      },
      { type: 'step-begun', step: 'resumed', attempt: 1, hash: first.hash },
    );
    const name = z.string().parse(first.proposal.request['TrainingJobName']);
    stepped.ports.training.put(aJob({ name, status: 'InProgress', secondaryStatus: 'Starting' }));
    stepped.ports.checkpoints.change(weights, (bytes) => bytes.subarray(0, 100));

    await stepped.runDue().catch(() => undefined);

    expect(await state('resumed')).toMatchObject({ status: 'done', result: { job: name, adopted: true } });
    expect(stepped.ports.training.launches).toEqual([]);
  });
});
