import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectOneLine, type Ran, runRelight } from '../support/run-relight.ts';
import { aFile, described } from './saved-output.ts';

function plan(name: string, job: unknown, ...more: string[]): Promise<Ran> {
  return runRelight(['batch', 'plan', '--job', aFile(name, JSON.stringify(job)), ...more]);
}

describe('relight batch plan', () => {
  it('reads DescribeTrainingJob output and counts the GPUs of all instances', async () => {
    const job = described({
      HyperParameters: {
        'actor_rollout_ref.actor.ppo_micro_batch_size': '32',
        'actor_rollout_ref.actor.ppo_mini_batch_size': '128',
        _tuning_objective_metric: '',
      },
      ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 2, VolumeSizeInGB: 500 },
    });

    const { code, out } = await plan('describe.json', job, '--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      possible: true,
      changes: { 'actor_rollout_ref.actor.ppo_micro_batch_size': '16' },
      unchanged: { 'actor_rollout_ref.actor.ppo_mini_batch_size': '128' },
      says: expect.stringContaining('ppo_mini_batch_size stays'),
    });
  });

  it('does not guess the number of GPUs of an unknown instance type', async () => {
    const describedJob = described({
      HyperParameters: { per_device_train_batch_size: '8', num_generations: '8' },
      ResourceConfig: { InstanceGroups: [{ InstanceType: 'ml.new.xlarge', InstanceCount: 1 }] },
    });

    const { out } = await plan('unknown-type.json', describedJob, '--json');

    expect(JSON.parse(out)).toMatchObject({ changes: { per_device_train_batch_size: '4' } });
  });

  it('reads hyperparameters with the number of GPUs and the trainer, and takes another reduction', async () => {
    const job = {
      trainer: 'trl 0.16.1',
      gpus: 4,
      hyperParameters: { per_device_train_batch_size: 16, num_generations: 8, bf16: true },
    };

    const { code, out } = await plan('job.json', job, '--reduction', '0.25', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      possible: true,
      changes: { per_device_train_batch_size: '4', gradient_accumulation_steps: '4' },
    });
  });

  it('shows a person what changes and what stays, without hiding names that contain “token”', async () => {
    const hyperParameters = {
      use_dynamic_batch: '',
      train_max_tokens_per_gpu: '16384',
      train_batch_size: '128',
    };

    const { code, out } = await plan('tokens.json', { hyperParameters });

    expect(code).toBe(0);
    expect(out).toContain('8,192 tokens at a time instead of 16,384');
    expect(out).toContain('train_max_tokens_per_gpu: 16384 → 8192');
    expect(out).toContain('train_batch_size: stays 128');
  });

  it('exits with 1 and the reason if no smaller batch is possible', async () => {
    const job = { hyperParameters: { per_device_train_batch_size: '1' }, gpus: 8 };

    const script = await plan('one.json', job, '--json');
    const person = await plan('one.json', job);

    expect(JSON.parse(script.out)).toEqual({
      possible: false,
      changes: {},
      unchanged: {},
      says: expect.stringContaining('already 1'),
    });
    expect([script.code, person.code]).toEqual([1, 1]);
    expect(person.out).toContain('No smaller batch: per_device_train_batch_size is already 1');
  });

  it('names the line to change in the source folder', async () => {
    const source = mkdtempSync(join(tmpdir(), 'relight-source-'));
    mkdirSync(join(source, 'recipes'));
    writeFileSync(join(source, 'recipes/sft.yaml'), 'seed: 1\nmicro_batch_size: 8\nglobal_batch_size: 64\n');
    writeFileSync(join(source, 'train.py'), 'batch_size = 8');
    const job = { hyperParameters: { config: 'recipes/sft.yaml' } };

    const { code, out } = await plan('source.json', job, '--source', source);

    expect(code).toBe(1);
    expect(out).toContain('recipes/sft.yaml, line 2: micro_batch_size from 8 to 4');
  });

  it('says in one line that the source folder cannot be read', async () => {
    const job = { hyperParameters: { config: 'recipes/sft.yaml' } };

    expectOneLine(await plan('no-source.json', job, '--source', '/nowhere'), /\/nowhere cannot be read/);
  });

  it('is not possible for a job without hyperparameters', async () => {
    const { code, out } = await plan('none.json', { hyperParameters: {} });

    expect(code).toBe(1);
    expect(out).toContain('no hyperparameter that Relight knows as a batch size');
  });

  it.each<[string, string, RegExp]>([
    ['is not JSON', 'HyperParameters:', /is not JSON\. Save it with/],
    ['has no hyperparameters', '{"TrainingJobName":"a"}', /has no HyperParameters/],
    ['has a value that no hyperparameter can have', '{"hyperParameters":{"a":[1]}}', /hyperParameters\.a/],
  ])('says in one line that the file %s', async (_, text, line) => {
    expectOneLine(await runRelight(['batch', 'plan', '--job', aFile('wrong.json', text)]), line);
  });

  it('says in one line that the file cannot be read', async () => {
    expectOneLine(await runRelight(['batch', 'plan', '--job', '/nowhere.json']), /cannot be read/);
  });

  it.each(['0', '1', '-1', 'half'])('refuses a reduction by %s', async (factor) => {
    const { code, err } = await runRelight(['batch', 'plan', '--job', 'x', '--reduction', factor]);

    expect(code).toBe(2);
    expect(err).toContain('between 0 and 1');
  });
});
