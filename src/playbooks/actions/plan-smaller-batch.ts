import { gpuCount } from '../../checkpoints/gpu-counts.ts';
import { count } from '../../in-words.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { allocatorVariable, withExpandableSegments } from '../../relaunch/batch/allocator.ts';
import { type BatchPlan, planBatch } from '../../relaunch/batch/plan-batch.ts';
import { largerTypes, memoryOf } from '../../relaunch/instance-memory.ts';
import { defineAction, FailureKind, OpsError, type Report, z } from '../define.ts';

const Change = z.object({ key: z.string(), before: z.string(), after: z.string() });

export const MemoryPlan = z.object({
  way: z.enum(['smaller-batch', 'larger-instance', 'allocator']),
  why: z.string(),
  hyperParameters: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.string()),
  /** Total of all instances; absent if the instance type is unknown. */
  gpus: z.number().int().optional(),
  instanceType: z.string().optional(),
  /** Allowed types with more of the memory that ran out, smallest first. */
  larger: z.array(z.string()),
  batch: z
    .object({
      family: z.string(),
      before: z.number().int(),
      after: z.number().int(),
      /** Samples per GPU and optimizer step; absent if the job does not tell, or if they change. */
      effective: z.number().int().optional(),
      changes: z.array(Change),
      /** Absent in journals of earlier versions, which planned no other batch. */
      unit: z.enum(['samples', 'tokens']).optional(),
      keepsEffective: z.boolean().optional(),
      /** The argument that would keep the effective batch, if a person confirms that the script takes it. */
      confirm: z.object({ key: z.string(), after: z.string() }).optional(),
      says: z.array(z.string()).optional(),
    })
    .optional(),
});
export type MemoryPlan = z.infer<typeof MemoryPlan>;

/** Factor for the batch size of the first retry. */
const reduction = 0.5;

export const planSmallerBatch = defineAction({
  name: 'plan-smaller-batch',
  effect: 'read',
  title: 'Memory plan',
  does: 'Plans a smaller batch by the rules of the job’s trainer, with the same effective batch size where the trainer is known, or else an instance with more memory or a different memory allocator setting.',
  input: z.object({ job: z.string(), kind: FailureKind }),
  output: MemoryPlan,
  report,
  run: async ({ job: name, kind }, { training, caps }) => {
    const job = await training.describe(name);
    return kind === 'oom_host' ? forHost(job, caps.instanceTypes) : forGpu(job, caps.instanceTypes);
  },
});

function factsOf(
  job: TrainingJob,
): Pick<MemoryPlan, 'hyperParameters' | 'environment' | 'gpus' | 'instanceType'> {
  const { instanceType, instanceCount = 1, hyperParameters, environment } = job;
  const each = instanceType === undefined ? undefined : gpuCount(instanceType);
  return {
    hyperParameters: { ...hyperParameters },
    environment: { ...environment },
    ...(each !== undefined && { gpus: each * instanceCount }),
    ...(instanceType !== undefined && { instanceType }),
  };
}

/** A smaller batch helps only with GPU memory: host memory is used by data loaders, offloading and checkpoint saves. */
function forHost(job: TrainingJob, allowed: readonly string[]): MemoryPlan {
  const larger = largerTypes(job.instanceType, 'host', allowed);
  if (larger.length === 0)
    throw new OpsError(
      'nothing-fits',
      `no allowed instance type has more host memory than ${job.instanceType ?? 'the current one'}`,
    );
  const why = 'the instance ran out of host memory, and a smaller batch does not reduce that';
  return { ...factsOf(job), way: 'larger-instance', why, larger };
}

function forGpu(job: TrainingJob, allowed: readonly string[]): MemoryPlan {
  const facts = factsOf(job);
  const larger = largerTypes(job.instanceType, 'gpu', allowed);
  const plan = planBatch({
    hyperParameters: facts.hyperParameters,
    gpus: facts.gpus,
    containerArguments: job.containerArguments ?? [],
    reduction,
  });
  if (plan.possible)
    return { ...facts, way: 'smaller-batch', why: plan.says[0] ?? '', larger, batch: batchOf(plan) };
  if (larger.length > 0) return { ...facts, way: 'larger-instance', why: plan.why, larger };
  const why = `${plan.why}, and no allowed instance type has more GPU memory`;
  if (withExpandableSegments(facts.environment[allocatorVariable]) === undefined)
    throw new OpsError('nothing-fits', `${why}; ${allocatorVariable} is already set`);
  return { ...facts, way: 'allocator', why, larger };
}

type Possible = Extract<BatchPlan, { possible: true }>;

export function batchOf(plan: Possible): NonNullable<MemoryPlan['batch']> {
  const { family, unit, batch, effective, keepsEffective, changes, confirm, says } = plan;
  return {
    family,
    unit,
    before: batch.before,
    after: batch.after,
    ...(effective !== undefined && { effective }),
    keepsEffective,
    changes: [...changes],
    ...(confirm !== undefined && { confirm }),
    says: [...says],
  };
}

function headlineOf(way: MemoryPlan['way'], batch: MemoryPlan['batch'], larger: readonly string[]): string {
  if (way === 'allocator') return `A different memory allocator setting: ${allocatorVariable}`;
  if (batch === undefined) return `A larger instance: ${larger[0] ?? ''}`;
  const sizes = `${count(batch.after)} instead of ${count(batch.before)}`;
  if (batch.unit === 'tokens') return `Batches of ${sizes} tokens per GPU`;
  return batch.keepsEffective === false ? `A batch of ${sizes}` : `A batch of ${sizes} per GPU`;
}

function report({ way, why, batch, instanceType, larger }: MemoryPlan): Report {
  const isSmaller = way === 'smaller-batch' && larger.length > 0;
  return {
    headline: headlineOf(way, batch, larger),
    facts: [
      { label: 'Why', value: why },
      ...memoryFacts(instanceType),
      ...(batch?.changes ?? []).map(({ key, before, after }) => ({
        label: key,
        value: before === '' ? `${after} (was not set)` : `${before} → ${after}`,
      })),
    ],
    lines: [
      ...(batch?.says?.slice(1) ?? []),
      ...(isSmaller ? [`Allowed instance types with more GPU memory: ${larger.join(', ')}`] : []),
    ],
  };
}

function memoryFacts(instanceType = ''): NonNullable<Report['facts']> {
  const memory = memoryOf(instanceType);
  if (memory === undefined) return [];
  const value = `${memory.gpus} × ${memory.gpu} GiB GPU, ${count(memory.host)} GiB host`;
  return [{ label: instanceType, value }];
}
