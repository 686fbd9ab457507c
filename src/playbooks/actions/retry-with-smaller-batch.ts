import { count, quote } from '../../in-words.ts';
import { allocatorVariable, withExpandableSegments } from '../../relaunch/batch/allocator.ts';
import { planBatch } from '../../relaunch/batch/plan-batch.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { type Adjusted, type Answers, defineAction, relaunching, z } from '../define.ts';
import { batchOf, MemoryPlan } from './plan-smaller-batch.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  plan: MemoryPlan,
  /** True sets PYTORCH_CUDA_ALLOC_CONF as well. */
  expandable: z.boolean().default(false),
  /** One of `plan.larger`; default: the job's own type. */
  moveTo: z.string().optional(),
  /** True if a person chose a different batch than planned. */
  choseBatch: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

// Journals store these choices as answers, so their text must not change.
const keepAsIs = 'leave it as it is';
const expand = 'expandable_segments:True';

export const retryWithSmallerBatch = defineAction({
  name: 'retry-with-smaller-batch',
  effect: 'change',
  title: 'Retry with a smaller batch',
  does: 'Launches a copy of the failed job with the batch planned above.',
  approver: 'responder',
  button: 'Retry with this batch',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: {
    button: 'Change the numbers',
    asks: 'Relight keeps the effective batch size: a smaller batch gets more gradient accumulation steps. Nothing is sent until you approve the new request.',
    fields: ({ plan, expandable, moveTo }) => [
      {
        key: 'batch',
        label: 'Batch size per step and GPU',
        kind: 'text',
        initial: String(plan.batch?.after ?? ''),
        hint: `It was ${plan.batch?.before ?? '?'} when the job ran out of memory.`,
      },
      {
        key: 'allocator',
        label: allocatorVariable,
        kind: 'choice',
        choices: [keepAsIs, expand],
        initial: expandable ? expand : keepAsIs,
        hint: 'Reduces memory fragmentation. PyTorch’s own error message recommends it.',
      },
      ...(plan.larger.length === 0
        ? []
        : [
            {
              key: 'instance',
              label: 'Instance type',
              kind: 'choice' as const,
              choices: [plan.instanceType ?? keepAsIs, ...plan.larger],
              initial: moveTo ?? plan.instanceType ?? keepAsIs,
            },
          ]),
    ],
    apply,
  },
});

function apply(input: Input, { batch, allocator, instance }: Answers): Adjusted<Input> {
  const { plan } = input;
  if (batch !== undefined && !/^\d{1,9}$/.test(batch.trim()))
    return { field: 'batch', wrong: `“${quote(batch, 20)}” is not a whole number` };
  const chosen = batch === undefined ? plan.batch?.after : Number(batch);
  const { hyperParameters, gpus } = plan;
  const planned = planBatch({ hyperParameters, gpus, reduction: 1, chosen });
  if (!planned.possible) return { field: 'batch', wrong: planned.why };
  return {
    input: {
      ...input,
      plan: { ...plan, batch: batchOf(planned) },
      choseBatch: chosen !== plan.batch?.after,
      expandable: allocator === undefined ? input.expandable : allocator === expand,
      moveTo: plan.larger.find((type) => type === instance),
    },
  };
}

function relaunchOf({ job, origin, rpoMinutes, plan, expandable, moveTo, choseBatch }: Input): Relaunch {
  const changes = plan.batch?.changes ?? [];
  const allocator = expandable ? withExpandableSegments(plan.environment[allocatorVariable]) : undefined;
  return {
    job,
    origin,
    rpoMinutes,
    newBatch: true,
    typed: [
      ...(choseBatch === true ? ['HyperParameters.'] : []),
      'Environment.',
      'ResourceConfig.InstanceType',
    ],
    changes: {
      hyperParameters: Object.fromEntries(changes.map(({ key, after }) => [key, after])),
      ...(allocator !== undefined && { environment: { [allocatorVariable]: allocator } }),
      ...(moveTo !== undefined && { instanceType: moveTo }),
    },
    reasons: {
      'HyperParameters.': `smaller batch with more gradient accumulation: still ${count(plan.batch?.effective ?? 0)} samples per step and GPU`,
      'Environment.': 'reduces GPU memory fragmentation',
      'ResourceConfig.InstanceType': 'has more GPU memory',
    },
  };
}
