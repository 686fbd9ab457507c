import type { Settings } from '../job-arguments.ts';
import type { JobFacts, Quantity, Recipe } from '../recipe.ts';
import { asQuantity } from './batch-names.ts';
import { dividing } from './named-batches.ts';

const actor = 'actor_rollout_ref.actor';
const miniName = `${actor}.ppo_mini_batch_size`;

/** What other stages hold at a time; the training step does not depend on them. */
const otherStages = [
  'actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu',
  'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu',
  'critic.ppo_micro_batch_size_per_gpu',
  'actor_rollout_ref.rollout.gpu_memory_utilization',
];

/**
 * The actor of verl without dynamic batches. verl multiplies the mini batch by rollout.n, divides it by the number of
 * data-parallel GPUs, and demands that the result is divisible by the micro batch.
 * https://verl.readthedocs.io/en/latest/examples/config.html · verl/workers/fsdp_workers.py
 */
export function verlRecipe(settings: Settings, job: JobFacts): Recipe | undefined {
  const perGpu = settings.find(`${actor}.ppo_micro_batch_size_per_gpu`);
  const ofAll = settings.find(`${actor}.ppo_micro_batch_size`);
  const setting = perGpu ?? ofAll;
  const held = setting && asQuantity(settings, setting);
  if (held === undefined) return undefined;
  const groups = dataParallel(settings, job);
  const refuses =
    perGpu === undefined ? globalRule(settings, held, groups) : perGpuRule(settings, held, groups);
  return {
    trainer: 'verl',
    unit: 'samples',
    held,
    shrinks: [held],
    grows: [],
    keeps: [miniName, 'data.train_batch_size'].flatMap((name) => settings.find(name) ?? []),
    keepsEffective: true,
    ...(refuses !== undefined && { refuses }),
    notes: notesOnStages(settings),
  };
}

export function notesOnStages(settings: Settings): string[] {
  const others = otherStages.filter((name) => settings.has(name));
  if (others.length === 0) return [];
  return [
    `If the memory ran out in another stage than the actor’s update, lower ${others.join(' or ')} instead`,
  ];
}

/** Data-parallel GPUs; undefined if the number of GPUs is unknown. */
function dataParallel(settings: Settings, { gpus }: JobFacts): number | undefined {
  const perNode = settings.count('trainer.n_gpus_per_node');
  const own = perNode === undefined ? undefined : perNode * (settings.count('trainer.nnodes') ?? 1);
  const split = [
    'ulysses_sequence_parallel_size',
    'megatron.tensor_model_parallel_size',
    'megatron.pipeline_model_parallel_size',
    'megatron.context_parallel_size',
  ].reduce((product, name) => product * (settings.count(`${actor}.${name}`) ?? 1), 1);
  const all = own ?? gpus;
  return all === undefined ? undefined : Math.max(1, Math.floor(all / split));
}

type Rule = (after: number) => string | undefined;

function perGpuRule(settings: Settings, { before }: Quantity, groups: number | undefined): Rule | undefined {
  const samples = (settings.count(miniName) ?? 256) * (settings.count('actor_rollout_ref.rollout.n') ?? 1);
  const own = groups === undefined ? undefined : Math.floor(samples / groups);
  if (own === undefined) return dividing(before);
  return (after) =>
    own > 0 && own % after === 0
      ? // If the old size does not fit, the number of GPUs is not what it seems.
        own % before === 0
        ? undefined
        : dividing(before)(after)
      : `each GPU trains on ${own} samples per mini batch, which is not divisible by ${after}`;
}

/** The deprecated micro batch of all GPUs must divide the mini batch and leave every GPU its whole share. */
function globalRule(settings: Settings, { name, before }: Quantity, groups: number | undefined): Rule {
  const mini = settings.count(miniName) ?? 256;
  const share = groups !== undefined && before % groups === 0 ? groups : 1;
  return (after) => {
    if (after % share !== 0)
      return `${name} of ${after} is the batch of ${share} GPUs and is not divisible by them`;
    return mini % before !== 0 || mini % after === 0
      ? dividing(before)(after)
      : `${miniName} of ${mini} is not divisible by ${after}`;
  };
}
