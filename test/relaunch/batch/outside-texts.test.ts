import { describe, expect, it } from 'vitest';
import { planBatch } from '../../../src/relaunch/batch/plan-batch.ts';

const recipe = `# comment
model_name_or_path: Qwen/Qwen3-4B
per_device_train_batch_size: "8" # per GPU
gradient_accumulation_steps: 4
`;

function why(
  hyperParameters: Record<string, string>,
  files: readonly { readonly name: string; readonly text: string }[],
  containerArguments: readonly string[] = [],
): string {
  const plan = planBatch({ hyperParameters, gpus: 8, reduction: 0.5, files, containerArguments });
  return plan.possible ? `possible: ${plan.changes.map(({ key }) => key).join(', ')}` : plan.why;
}

describe('arguments outside the hyperparameters are not changed, but the plan names', () => {
  it('the lines of the file that a hyperparameter names, among others', () => {
    const files = [
      { name: 'recipes/sft.yaml', text: 'per_device_train_batch_size: 2\n' },
      { name: 'recipes/grpo.yaml', text: recipe },
    ];

    expect(why({ config: '"/opt/ml/code/recipes/grpo.yaml"' }, files)).toContain(
      'change by hand: recipes/grpo.yaml, line 3: per_device_train_batch_size from 8 to 4; recipes/grpo.yaml, line 4: gradient_accumulation_steps from 4 to 8',
    );
  });

  it('the lines of a nested file that Hydra names without its ending', () => {
    const text = 'model:\n  micro_batch_size: 4\n  global_batch_size: 64\n';

    expect(why({ 'config-name': 'megatron_gpt' }, [{ name: 'conf/megatron_gpt.yaml', text }])).toContain(
      'conf/megatron_gpt.yaml, line 2: model.micro_batch_size from 4 to 2',
    );
  });

  it('the lines of the only file', () => {
    expect(
      why({}, [{ name: 'axolotl.yml', text: 'micro_batch_size: 2\ngradient_accumulation_steps: 4\n' }]),
    ).toContain(
      'axolotl.yml, line 1: micro_batch_size from 2 to 1; axolotl.yml, line 2: gradient_accumulation_steps from 4 to 8',
    );
  });

  it('the line of a DeepSpeed file that must agree with the hyperparameters', () => {
    const text = '{\n  "train_micro_batch_size_per_gpu": 8,\n  "gradient_accumulation_steps": "auto"\n}\n';
    const hyperParameters = { per_device_train_batch_size: '8', deepspeed: 'configs/ds_z3.json' };

    expect(why(hyperParameters, [{ name: 'configs/ds_z3.json', text }])).toContain(
      'configs/ds_z3.json, line 2: train_micro_batch_size_per_gpu from 8 to 4',
    );
  });

  it('the arguments of the container', () => {
    expect(why({}, [], ['--micro-batch-size', '4', '--global-batch-size=64'])).toContain(
      'ContainerArguments: micro_batch_size from 4 to 2',
    );
  });
});

describe('a file beside the hyperparameters', () => {
  it('that sets no batch leaves the plan possible, and its absent arguments are known to be absent', () => {
    const files = [{ name: 'sft.yaml', text: 'learning_rate: 1.0e-5\n' }];

    expect(why({ config: 'sft.yaml', per_device_train_batch_size: '8' }, files)).toBe(
      'possible: per_device_train_batch_size, gradient_accumulation_steps',
    );
  });

  it.each([
    [
      'that nothing names among several is not read',
      [
        { name: 'a.yaml', text: recipe },
        { name: 'b.yaml', text: recipe },
      ],
    ],
    ['that is no YAML is not read', [{ name: 'a.yaml', text: '{{ template }}: [' }]],
    ['that nests too deep is not read', [{ name: 'a.yaml', text: '['.repeat(100_000) }]],
  ])('%s', (_, files) => {
    expect(why({}, files)).toContain('no hyperparameter that Relight knows');
  });
});
