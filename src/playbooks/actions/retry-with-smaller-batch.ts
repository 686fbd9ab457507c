import { count, quote } from '../../in-words.ts';
import { allocatorVariable, withExpandableSegments } from '../../relaunch/batch/allocator.ts';
import { planBatch } from '../../relaunch/batch/plan-batch.ts';
import { originFields, withOrigin } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { type Adjusted, type Answers, defineAction, type Field, relaunching, z } from '../define.ts';
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
type PlannedBatch = NonNullable<MemoryPlan['batch']>;

// Journals store these choices as answers, so their text must not change.
const keepAsIs = 'leave it as it is';
const expand = 'expandable_segments:True';
const addArgument = 'the script takes it: add it';

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
    asks: 'Where Relight knows the trainer, the effective batch size stays: a smaller batch gets more gradient accumulation steps. Nothing is sent until you approve the new request.',
    fields: ({ plan, expandable, moveTo, origin }) => [
      ...batchFields(plan.batch),
      {
        key: 'allocator',
        label: allocatorVariable,
        kind: 'choice',
        choices: [keepAsIs, expand],
        initial: expandable ? expand : keepAsIs,
        hint: 'Reduces memory fragmentation. PyTorch’s own error message recommends it.',
      },
      ...instanceFields(plan, moveTo),
      ...originFields({ origin }),
    ],
    apply,
  },
});

function batchFields(batch: PlannedBatch | undefined): Field[] {
  const size: Field = {
    key: 'batch',
    label: batch?.unit === 'tokens' ? 'Tokens per step and GPU' : 'Batch size per step and GPU',
    kind: 'text',
    initial: String(batch?.after ?? ''),
    hint: `It was ${batch?.before ?? '?'} when the job ran out of memory.`,
  };
  if (batch?.confirm === undefined) return [size];
  const { key: argument } = batch.confirm;
  const isAdded = batch.changes.some(({ key }) => key === argument);
  return [
    size,
    {
      key: 'argument',
      label: argument,
      kind: 'choice',
      choices: [keepAsIs, addArgument],
      initial: isAdded ? addArgument : keepAsIs,
      hint: 'Keeps the effective batch size. Add it only if you know that the script reads it: other scripts fail at startup or ignore it.',
    },
  ];
}

function instanceFields({ instanceType, larger }: MemoryPlan, moveTo: string | undefined): Field[] {
  if (larger.length === 0) return [];
  const now = instanceType ?? keepAsIs;
  return [
    {
      key: 'instance',
      label: 'Instance type',
      kind: 'choice',
      choices: [now, ...larger],
      initial: moveTo ?? now,
    },
  ];
}

function apply(input: Input, answers: Answers): Adjusted<Input> {
  const { batch, argument, allocator, instance } = answers;
  const { plan } = input;
  const chosen = chosenBatch(plan, batch, argument === addArgument);
  if ('wrong' in chosen) return { field: 'batch', wrong: chosen.wrong };
  const changed: Input = {
    ...input,
    plan: { ...plan, batch: chosen },
    choseBatch: chosen.after !== plan.batch?.after || argument === addArgument,
    expandable: allocator === undefined ? input.expandable : allocator === expand,
    moveTo: plan.larger.find((type) => type === instance),
  };
  return withOrigin(changed, answers);
}

/** The plan for the batch that a person typed; by default, the planned one. */
function chosenBatch(
  { hyperParameters, gpus, batch }: MemoryPlan,
  typed: string | undefined,
  isConfirmed: boolean,
): PlannedBatch | { readonly wrong: string } {
  if (typed !== undefined && !/^\d{1,9}$/.test(typed.trim()))
    return { wrong: `“${quote(typed, 20)}” is not a whole number` };
  const chosen = typed === undefined ? batch?.after : Number(typed);
  const planned = planBatch({ hyperParameters, gpus, reduction: 1, chosen });
  if (!planned.possible) return { wrong: planned.why };
  if (!isConfirmed) return batchOf(planned);
  return planned.confirm === undefined
    ? { wrong: `${planned.batch.after} does not divide ${planned.batch.before}` }
    : withArgument(batchOf(planned));
}

/** The batch with the argument that a person knows the script to read. */
function withArgument(batch: PlannedBatch): PlannedBatch {
  const { before, changes, confirm } = batch;
  if (confirm === undefined) return batch;
  return {
    ...batch,
    changes: [...changes, { ...confirm, before: '' }],
    effective: before,
    keepsEffective: true,
    says: [],
  };
}

function reasonFor({ effective, keepsEffective }: Partial<PlannedBatch>): string {
  if (effective !== undefined)
    return `smaller batch with more gradient accumulation: still ${count(effective)} samples per step and GPU`;
  return keepsEffective === false
    ? 'smaller batch, which trains on fewer samples per step'
    : 'smaller batch; each step still trains on the same samples';
}

/** The first sentence tells what stays, so it is a warning only if nothing does. */
function warningsIn({ says = [], keepsEffective }: Partial<PlannedBatch>): readonly string[] {
  return keepsEffective === false ? says : says.slice(1);
}

function relaunchOf({ job, origin, rpoMinutes, plan, expandable, moveTo, choseBatch }: Input): Relaunch {
  const { batch, environment } = plan;
  const allocator = expandable ? withExpandableSegments(environment[allocatorVariable]) : undefined;
  return {
    job,
    origin,
    rpoMinutes,
    newBatch: true,
    warnings: warningsIn(batch ?? {}),
    typed: [
      ...(choseBatch === true ? ['HyperParameters.'] : []),
      'Environment.',
      'ResourceConfig.InstanceType',
    ],
    changes: {
      hyperParameters: Object.fromEntries(batch?.changes.map(({ key, after }) => [key, after]) ?? []),
      ...(allocator !== undefined && { environment: { [allocatorVariable]: allocator } }),
      ...(moveTo !== undefined && { instanceType: moveTo }),
    },
    reasons: {
      'HyperParameters.': reasonFor(batch ?? {}),
      'Environment.': 'reduces GPU memory fragmentation',
      'ResourceConfig.InstanceType': 'has more GPU memory',
    },
  };
}
