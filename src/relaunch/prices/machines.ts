import { z } from 'zod';
import { gpuCount } from '../../checkpoints/gpu-counts.ts';
import { OpsError } from '../../errors.ts';
import type { JsonObject } from '../../ports/ports.ts';

const Several = z
  .array(z.object({ InstanceType: z.string(), InstanceCount: z.number().optional() }))
  .default([]);

/**
 * The part of a request that costs money: one instance type, instance groups that run together, or a list of preferences
 * of which one is used. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
 */
const Resources = z.object({
  InstanceType: z.string().optional(),
  InstanceCount: z.number().optional(),
  InstanceGroups: Several,
  InstancePreferences: Several,
});

export interface Machines {
  readonly type: string;
  readonly count: number;
}

/** The machines of a launch: SageMaker uses one of the alternatives, all of its machines together. Never empty. */
export function alternativesIn(request: JsonObject): readonly (readonly Machines[])[] {
  const read = Resources.safeParse(request['ResourceConfig']).data;
  const {
    InstanceType: type,
    InstanceCount: each = 1,
    InstanceGroups = [],
    InstancePreferences = [],
  } = read ?? {};
  const machines = (of: typeof InstanceGroups): Machines[] =>
    of.map(({ InstanceType, InstanceCount: count = each }) => ({ type: InstanceType, count }));
  const groups = InstanceGroups.length > 0 ? [machines(InstanceGroups)] : [];
  const alternatives = [...groups, ...machines(InstancePreferences).map((one) => [one])];
  if (alternatives.length > 0) return alternatives;
  if (type !== undefined) return [[{ type, count: each }]];
  throw new OpsError('cap-exceeded', 'the request contains no instance type to compare with caps');
}

export function totalOf(machines: readonly Machines[]): number {
  return machines.reduce((sum, { count }) => sum + count, 0);
}

/** Undefined if the number of GPUs of a type is unknown. */
export function gpusOf(machines: readonly Machines[]): number | undefined {
  return machines.reduce<number | undefined>((sum, { type, count }) => {
    const each = gpuCount(type);
    return sum === undefined || each === undefined ? undefined : sum + each * count;
  }, 0);
}
