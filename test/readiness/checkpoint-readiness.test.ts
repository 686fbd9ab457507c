import { describe, expect, it } from 'vitest';
import { OpsError } from '../../src/errors.ts';
import type { TrainingJob } from '../../src/ports/ports.ts';
import { checkpointReadiness } from '../../src/readiness/checkpoint-readiness.ts';
import type { ReadinessCheck } from '../../src/readiness/readiness.ts';
import { aJob } from '../support/fake-training.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';

const minute = 60_000;
const now = Date.UTC(2026, 10, 29, 12);
const folder = 's3://bucket/checkpoints/gold-1/';

/** A job that has trained without a break since it was created, so many minutes ago. */
function trained(minutes: number, changes: Partial<TrainingJob> = {}): TrainingJob {
  const createdAt = now - minutes * minute;
  const { endedAt: _ended, ...job } = aJob({ name: 'gold-1', checkpointUri: folder, createdAt });
  return {
    ...job,
    status: 'InProgress',
    secondaryStatus: 'Training',
    transitions: [{ status: 'Training', startedAt: createdAt }],
    ...changes,
  };
}

/** Checkpoints by step, each written so many minutes before now. */
function stored(saves: Readonly<Record<number, number>>): MemoryCheckpoints {
  const bucket = new MemoryCheckpoints();
  for (const [step, before] of Object.entries(saves)) {
    const uri = `${folder}checkpoint-${step}/`;
    bucket.put(`${uri}model.safetensors`, new Uint8Array(8), now - before * minute - 20_000);
    bucket.put(`${uri}trainer_state.json`, new Uint8Array(8), now - before * minute);
  }
  return bucket;
}

async function check(job: TrainingJob, checkpoints = new MemoryCheckpoints()): Promise<ReadinessCheck> {
  return checkpointReadiness({ jobs: [job], looked: '1 job', unmeasured: [] }, { checkpoints, now });
}

describe('the readiness of checkpoints', () => {
  it('reports a job without CheckpointConfig, and what to set on the next one', async () => {
    const { checkpointUri: _uri, ...job } = trained(5);

    expect((await check(job)).findings).toEqual([
      {
        what: 'gold-1 has no CheckpointConfig, so a failure loses all of its training',
        fix: expect.stringContaining('set CheckpointConfig on the next job'),
      },
    ]);
  });

  it.each([
    ['every 30 min', { 100: 90, 200: 60, 300: 30 }, 0],
    ['every 31 min', { 100: 93, 200: 62, 300: 31 }, 1],
  ])('accepts an interval of up to 30 min: %s', async (_, saves, findings) => {
    expect((await check(trained(120), stored(saves))).findings).toHaveLength(findings);
  });

  it('names the measured interval and the steps between two saves that would be often enough', async () => {
    const { findings } = await check(trained(200), stored({ 100: 150, 200: 100, 300: 50 }));

    expect(findings).toEqual([
      { what: 'gold-1 saves a checkpoint every 50 min', fix: expect.stringContaining('every 60 steps') },
    ]);
  });

  it('does not count the time in which a spot job waited for capacity', async () => {
    const start = now - 200 * minute;
    const transitions = [
      { status: 'Training', startedAt: start },
      { status: 'Interrupted', startedAt: start + 100 * minute },
      { status: 'Training', startedAt: start + 180 * minute },
    ];

    const job = trained(200, { transitions });

    // 20 minutes of training before the interruption and 5 after it.
    expect((await check(job, stored({ 100: 120, 200: 15 }))).findings).toEqual([]);
  });

  it('does not take an old best checkpoint beside the newest one for the interval', async () => {
    const hyperParameters = { save_steps: '50', save_total_limit: '2' };

    const { findings } = await check(trained(300, { hyperParameters }), stored({ 100: 280, 900: 10 }));

    expect(findings).toEqual([]);
  });

  it('computes the interval from save_steps and the pace if only one checkpoint is kept', async () => {
    const keepsOne = (saveSteps: string): TrainingJob =>
      trained(300, { hyperParameters: { save_steps: `"${saveSteps}"` } });
    const kept = stored({ 1000: 0 });

    expect((await check(keepsOne('50'), kept)).findings).toEqual([]);
    expect((await check(keepsOne('200'), kept)).findings).toMatchObject([
      { what: 'gold-1 saves a checkpoint every 60 min' },
    ]);
  });

  it('does not guess the interval from one checkpoint without save_steps', async () => {
    const { findings, unmeasured } = await check(trained(300), stored({ 1000: 10 }));

    expect(findings).toEqual([]);
    expect(unmeasured).toMatchObject([{ what: expect.stringContaining('only one of its checkpoints') }]);
  });

  it('does not use save_steps of a job that saves once per epoch', async () => {
    const hyperParameters = { save_steps: '50', save_strategy: 'epoch' };

    const { unmeasured } = await check(trained(300, { hyperParameters }), stored({ 1000: 10 }));

    expect(unmeasured).toHaveLength(1);
  });

  it('ignores the staged checkpoint that a recovery job started from', async () => {
    const saves = { 1000: 500, 1100: 30, 1200: 5 };

    expect((await check(trained(60), stored(saves))).findings).toEqual([]);
  });

  it('reports a job that has trained for longer without any checkpoint', async () => {
    expect((await check(trained(29))).findings).toEqual([]);
    expect((await check(trained(90))).findings).toMatchObject([
      { what: `gold-1 has trained for 90 min and saved no checkpoint to ${folder}` },
    ]);
  });

  it('cannot tell whether a completed job saved checkpoints that were deleted since', async () => {
    const done = trained(90, { status: 'Completed', secondaryStatus: 'Completed', endedAt: now });

    const { findings, unmeasured } = await check(done);

    expect(findings).toEqual([]);
    expect(unmeasured).toMatchObject([
      { what: expect.stringContaining('has completed and has no checkpoints') },
    ]);
  });

  it('says which permission is missing, instead of counting the job as ready', async () => {
    const denied = new MemoryCheckpoints();
    denied.folders = () => Promise.reject(new OpsError('aws-denied', 'ListObjectsV2 s3://bucket/'));

    expect(await check(trained(90), denied)).toMatchObject({
      findings: [],
      unmeasured: [
        {
          what: expect.stringContaining('gold-1: AWS denies Relight this call: ListObjectsV2'),
          fix: expect.stringContaining('Allow s3:ListBucket'),
        },
      ],
    });
  });
});
