import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { maxHyperParameters } from '../models/hyperparameter-fixes.ts';
import { largest } from '../ports/collections.ts';
import type { Caps, JsonObject } from '../ports/ports.ts';

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

interface Machines {
  readonly types: readonly string[];
  readonly count: number;
}

/** Throws `cap-exceeded` if the request exceeds the caps in relight.yaml. */
export function requireWithinCaps(request: JsonObject, caps: Caps): void {
  const { types, count } = machinesOf(request);
  const refused = types.find((type) => !caps.instanceTypes.includes(type));
  if (refused !== undefined)
    throw new OpsError('cap-exceeded', `${refused} is not among caps.instance_types`);
  if (count > caps.instanceCount)
    throw new OpsError(
      'cap-exceeded',
      `${count} instances exceed caps.instance_count of ${caps.instanceCount}`,
    );
}

/** Only a volume that Relight enlarges: a job may have had a larger one from the start. */
export function requireVolumeWithinCap(volumeGb: number | undefined, caps: Caps): void {
  if (volumeGb !== undefined && volumeGb > caps.volumeGb)
    throw new OpsError('cap-exceeded', `${volumeGb} GB exceed caps.volume_gb of ${caps.volumeGb}`);
}

/** Refuses a request with more hyperparameters than SageMaker accepts. */
export function requireHyperParametersFit({ HyperParameters: all }: JsonObject): void {
  const names = typeof all === 'object' && all !== null ? Object.keys(all) : [];
  if (names.length > maxHyperParameters)
    throw new OpsError(
      'adjustment-refused',
      `${names.length} hyperparameters including those of the failed job; SageMaker accepts ${maxHyperParameters}`,
    );
}

/** E.g. `4 × ml.p4d.24xlarge`. */
export function machinesInWords(request: JsonObject): string {
  const { types, count } = machinesOf(request);
  return `${count} × ${types.join(' or ')}`;
}

function machinesOf(request: JsonObject): Machines {
  const read = Resources.safeParse(request['ResourceConfig']).data;
  const {
    InstanceType: type,
    InstanceCount: each = 1,
    InstanceGroups = [],
    InstancePreferences = [],
  } = read ?? {};
  const counts = (of: typeof InstanceGroups): number[] => of.map(({ InstanceCount = each }) => InstanceCount);
  const types = [...InstanceGroups, ...InstancePreferences].map(({ InstanceType }) => InstanceType);
  if (InstanceGroups.length > 0)
    return { types, count: counts(InstanceGroups).reduce((sum, count) => sum + count, 0) };
  if (InstancePreferences.length > 0) return { types, count: largest(counts(InstancePreferences)) };
  if (type !== undefined) return { types: [type], count: each };
  throw new OpsError('cap-exceeded', 'the request contains no instance type to compare with caps');
}
