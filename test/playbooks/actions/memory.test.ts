import { beforeEach, describe, expect, it } from 'vitest';
import { planSmallerBatch } from '../../../src/playbooks/actions/plan-smaller-batch.ts';
import { retryWithExpandableSegments } from '../../../src/playbooks/actions/retry-with-expandable-segments.ts';
import { retryWithSmallerBatch } from '../../../src/playbooks/actions/retry-with-smaller-batch.ts';
import type { Adjusted } from '../../../src/playbooks/define.ts';
import { folderOf, putCheckpoint, root } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

type Input = Parameters<typeof retryWithSmallerBatch.preview>[0];

const trl = { per_device_train_batch_size: '8', gradient_accumulation_steps: '4', num_generations: '8' };
let ports: FakePorts;

beforeEach(() => {
  ports = {
    ...fakePorts(),
    caps: { instanceTypes: ['ml.p4d.24xlarge', 'ml.p4de.24xlarge'], instanceCount: 4, volumeGb: 1_000 },
  };
  ports.training.put(aJob({ status: 'Failed', hyperParameters: trl }));
  putCheckpoint(ports.checkpoints, 1300, 5);
});

async function inputFor(changes: Partial<Input> = {}): Promise<Input> {
  const plan = planSmallerBatch.output.parse(
    await planSmallerBatch.run({ job: failedJob, kind: 'oom_gpu' }, ports),
  );
  const checkpoint = { uri: folderOf(1300), step: 1300, grade: 'valid', ageMinutes: 5 } as const;
  return {
    job: failedJob,
    origin: { from: 'checkpoint', uri: root, checkpoint },
    rpoMinutes: 30,
    plan,
    expandable: false,
    ...changes,
  };
}

function adjusted(input: Input, answers: Record<string, string>): Adjusted<Input> {
  const { adjust } = retryWithSmallerBatch;
  if (adjust === undefined) throw new Error('there is a form');
  return adjust.apply(input, answers);
}

describe('the plan for a job that ran out of memory', () => {
  const plan = async (kind: 'oom_gpu' | 'oom_host'): Promise<unknown> =>
    planSmallerBatch.run({ job: failedJob, kind }, ports);

  it('is a smaller batch for GPU memory, with larger types as an alternative', async () => {
    expect(await plan('oom_gpu')).toMatchObject({
      way: 'smaller-batch',
      gpus: 8,
      larger: ['ml.p4de.24xlarge'],
      batch: { before: 8, after: 4, effective: 32 },
    });
  });

  it('is a larger instance at a batch of 1, with the reason', async () => {
    ports.training.put(aJob({ status: 'Failed', hyperParameters: { per_device_train_batch_size: '1' } }));

    expect(await plan('oom_gpu')).toMatchObject({
      way: 'larger-instance',
      why: expect.stringContaining('is already 1'),
      larger: ['ml.p4de.24xlarge'],
    });
  });

  it('is the allocator setting, added to the job’s own, if the batch is 1 and no allowed type is larger', async () => {
    ports = { ...ports, caps: { instanceTypes: ['ml.p4d.24xlarge'], instanceCount: 4, volumeGb: 1_000 } };
    const hyperParameters = { per_device_train_batch_size: '1' };
    const environment = { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:128', NCCL_DEBUG: 'WARN' };
    ports.training.put(aJob({ status: 'Failed', hyperParameters, environment }));

    const { plan: planned, origin } = await inputFor();
    expect(planned).toMatchObject({ way: 'allocator', why: expect.stringContaining('is already 1') });
    const input = { job: failedJob, origin, rpoMinutes: 30, environment: planned.environment };
    const { request, warnings } = await retryWithExpandableSegments.preview(input, ports, firstTry);

    expect(request['Environment']).toMatchObject({
      PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:128,expandable_segments:True',
    });
    expect(request['HyperParameters']).toBeUndefined();
    expect(warnings.join()).toContain('if the model itself is too large, the job will fail again');
  });

  it('is refused once the allocator setting has been tried too, with that reason', async () => {
    ports = { ...ports, caps: { instanceTypes: ['ml.p4d.24xlarge'], instanceCount: 4, volumeGb: 1_000 } };
    ports.training.put(
      aJob({
        status: 'Failed',
        hyperParameters: { per_device_train_batch_size: '1' },
        environment: { PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True' },
      }),
    );

    await expect(plan('oom_gpu')).rejects.toMatchObject({
      code: 'nothing-fits',
      detail: expect.stringContaining('PYTORCH_CUDA_ALLOC_CONF is already set'),
    });
  });

  it('never changes the batch for host memory, and says what to do if no type has more of it', async () => {
    await expect(plan('oom_host')).rejects.toMatchObject({
      code: 'nothing-fits',
      next: expect.stringContaining('add a type with more memory'),
    });
  });
});

describe('the retry with a smaller batch', () => {
  it('uses a person’s choice in the request to be approved', async () => {
    const chosen = adjusted(await inputFor(), {
      batch: '2',
      allocator: 'expandable_segments:True',
      instance: 'ml.p4de.24xlarge',
    });
    if ('wrong' in chosen) throw new Error(chosen.wrong);

    const { request } = await retryWithSmallerBatch.preview(chosen.input, ports, firstTry);

    expect(request).toMatchObject({
      HyperParameters: { per_device_train_batch_size: '2', gradient_accumulation_steps: '16' },
      Environment: { PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True' },
      ResourceConfig: { InstanceType: 'ml.p4de.24xlarge' },
    });
  });

  it.each([
    ['0', 'is not a batch size'],
    ['8', 'is not smaller than the 8'],
    ['3', 'does not divide the effective batch'],
    ['four', 'is not a whole number'],
    ['-1', 'is not a whole number'],
    ['1e3', 'is not a whole number'],
  ])('rejects %s with the reason, at the field', async (batch, reason) => {
    expect(adjusted(await inputFor(), { batch })).toEqual({
      field: 'batch',
      wrong: expect.stringContaining(reason),
    });
  });

  it('keeps the job’s own allocator options', async () => {
    ports.training.put(
      aJob({
        status: 'Failed',
        hyperParameters: trl,
        environment: { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:128' },
      }),
    );

    const { request } = await retryWithSmallerBatch.preview(
      await inputFor({ expandable: true }),
      ports,
      firstTry,
    );

    expect(request['Environment']).toEqual({
      PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:128,expandable_segments:True',
    });
  });

  it('copies the checkpoint without its saved batch size, even if it is the newest', async () => {
    const input = await inputFor();
    const proposal = await retryWithSmallerBatch.preview(input, ports, firstTry);

    expect(proposal.warnings[0]).toContain('stores a batch of 4');
    expect(proposal.differences).toContainEqual(
      expect.objectContaining({
        field: 'CheckpointConfig.S3Uri',
        why: expect.stringContaining('without the old batch'),
      }),
    );
  });

  it('starts over in an empty folder if there is no checkpoint', async () => {
    const origin = { from: 'scratch', why: 'there is no checkpoint' } as const;

    const { headline, request, warnings } = await retryWithSmallerBatch.preview(
      await inputFor({ origin }),
      ports,
      firstTry,
    );

    expect(headline).toContain('from the beginning');
    expect(request['CheckpointConfig']).toMatchObject({
      S3Uri: `s3://srl-rlvr-training/checkpoints-recovery/${failedJob}-r1-${firstTry.id}/`,
    });
    expect(warnings).toContain('It starts from scratch: there is no checkpoint');
  });
});
