import { beforeEach, describe, expect, it } from 'vitest';
import { planSmallerBatch } from '../../../src/playbooks/actions/plan-smaller-batch.ts';
import { retryWithSmallerBatch } from '../../../src/playbooks/actions/retry-with-smaller-batch.ts';
import type { Adjusted } from '../../../src/playbooks/define.ts';
import { folderOf, putCheckpoint, root } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

type Input = Parameters<typeof retryWithSmallerBatch.preview>[0];

let ports: FakePorts;

beforeEach(() => {
  ports = {
    ...fakePorts(),
    caps: { instanceTypes: ['ml.p4d.24xlarge', 'ml.p4de.24xlarge'], instanceCount: 4, volumeGb: 1000 },
  };
  ports.training.put(aJob({ status: 'Failed' }));
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

describe('the memory plan by the rules of the trainer', () => {
  const plan = async (kind: 'oom_gpu'): Promise<unknown> =>
    planSmallerBatch.run({ job: failedJob, kind }, ports);

  it('says for a script with its own arguments that the effective batch shrinks, and names a larger instance beside it', async () => {
    ports.training.put(aJob({ status: 'Failed', hyperParameters: { 'batch-size': '64', epochs: '5' } }));

    const planned = planSmallerBatch.output.parse(await plan('oom_gpu'));
    const report = planSmallerBatch.report?.(planned);

    expect(planned).toMatchObject({ way: 'smaller-batch', batch: { keepsEffective: false } });
    expect(planned.batch?.effective).toBeUndefined();
    expect(report?.headline).toBe('A batch of 32 instead of 64');
    expect(JSON.stringify(report)).toContain(
      'If you confirm that the script takes gradient-accumulation-steps',
    );
    expect(JSON.stringify(report)).toContain('ml.p4de.24xlarge');
  });

  it('is a limit of tokens where the trainer fills batches by tokens', async () => {
    const hyperParameters = { use_dynamic_batch: 'True', train_max_tokens_per_gpu: '16384' };
    ports.training.put(aJob({ status: 'Failed', hyperParameters }));

    const planned = planSmallerBatch.output.parse(await plan('oom_gpu'));

    expect(planSmallerBatch.report?.(planned).headline).toBe(
      'Batches of 8,192 instead of 16,384 tokens per GPU',
    );
  });

  it('names the arguments of the container that a person must change', async () => {
    const containerArguments = ['--micro-batch-size', '4', '--global-batch-size', '64'];
    ports.training.put(aJob({ status: 'Failed', containerArguments }));

    expect(await plan('oom_gpu')).toMatchObject({
      way: 'larger-instance',
      why: expect.stringContaining('ContainerArguments: micro_batch_size from 4 to 2'),
    });
  });
});

describe('the retry of a script with its own arguments', () => {
  it('adds an argument to a script with its own arguments only if a person knows that the script takes it', async () => {
    ports.training.put(aJob({ status: 'Failed', hyperParameters: { 'batch-size': '64', epochs: '5' } }));
    const input = await inputFor();
    const asked = retryWithSmallerBatch.adjust?.fields(input).find(({ key }) => key === 'argument');
    const chosen = adjusted(input, { batch: '16', argument: 'the script takes it: add it' });
    if ('wrong' in chosen) throw new Error(chosen.wrong);

    const without = await retryWithSmallerBatch.preview(input, ports, firstTry);
    const added = await retryWithSmallerBatch.preview(chosen.input, ports, firstTry);

    expect(asked).toMatchObject({ label: 'gradient-accumulation-steps', initial: 'leave it as it is' });
    expect(without.request['HyperParameters']).toEqual({ 'batch-size': '32' });
    expect(without.warnings.join()).toContain('trains on 32 samples where it trained on 64');
    expect(added.request['HyperParameters']).toEqual({
      'batch-size': '16',
      'gradient-accumulation-steps': '4',
    });
    expect(added.warnings.join()).not.toContain('trained on 64');
  });

  it('says at the field that the argument cannot make up for a batch that does not divide the old one', async () => {
    ports.training.put(aJob({ status: 'Failed', hyperParameters: { 'batch-size': '64' } }));

    expect(adjusted(await inputFor(), { batch: '48', argument: 'the script takes it: add it' })).toEqual({
      field: 'batch',
      wrong: '48 does not divide 64',
    });
  });
});
