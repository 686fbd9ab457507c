import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { Caps, JsonObject } from '../ports.ts';

/** The part of CreateTrainingJob that costs money; a job has either one type or instance groups. */
const Resources = z.object({
  InstanceType: z.string().optional(),
  InstanceCount: z.number().optional(),
  InstanceGroups: z.array(z.object({ InstanceType: z.string(), InstanceCount: z.number() })).optional(),
});

interface Machines {
  readonly types: readonly string[];
  readonly count: number;
}

/** Throws `cap-exceeded` when the request asks for more than relight.yaml allows. */
export function requireWithinCaps(request: JsonObject, caps: Caps): void {
  const { types, count } = machinesOf(request);
  const refused = types.find((type) => !caps.instanceTypes.includes(type));
  if (refused !== undefined)
    throw new OpsError('cap-exceeded', `${refused} is not among caps.instance_types`);
  if (count > caps.instanceCount)
    throw new OpsError('cap-exceeded', `${count} instances, caps.instance_count is ${caps.instanceCount}`);
}

/** `4 × ml.p4d.24xlarge`. */
export function machinesInWords(request: JsonObject): string {
  const { types, count } = machinesOf(request);
  return `${count} × ${types.join(' and ')}`;
}

function machinesOf(request: JsonObject): Machines {
  const read = Resources.safeParse(request['ResourceConfig']);
  if (!read.success)
    throw new OpsError('cap-exceeded', 'the request has no ResourceConfig that Relight can read');
  const { InstanceType, InstanceCount, InstanceGroups } = read.data;
  const groups = InstanceGroups ?? [];
  const single =
    InstanceType === undefined || groups.length > 0
      ? []
      : [{ InstanceType, InstanceCount: InstanceCount ?? 1 }];
  const all = [...groups, ...single];
  return {
    types: [...new Set(all.map((group) => group.InstanceType))],
    count: all.reduce((sum, group) => sum + group.InstanceCount, 0),
  };
}
