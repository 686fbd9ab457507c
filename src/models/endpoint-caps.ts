import { OpsError } from '../errors.ts';
import { counted } from '../in-words.ts';
import { isObject } from '../ports/basics.ts';
import type { Models, PromotionRequest, ServingInstances } from '../ports/models.ts';
import type { Caps, Json, JsonObject } from '../ports/ports.ts';

/**
 * Checks the instances of a promotion against `caps`. Throws `cap-exceeded`. An endpoint may always keep its current
 * instances: a rollback to a good model must not fail on a cap that was set for training.
 */
export async function requireEndpointWithinCaps(
  request: PromotionRequest,
  models: Pick<Models, 'instancesOf'>,
  caps: Caps,
): Promise<void> {
  const { wanted, present } = await endpointInstances(request, models);
  const has = new Set(present.map(({ type }) => type));
  const refused = wanted.find(({ type }) => !has.has(type) && !caps.instanceTypes.includes(type));
  if (refused !== undefined)
    throw new OpsError('cap-exceeded', `${refused.type} is not among caps.instance_types`);
  const count = total(wanted);
  if (count > Math.max(caps.instanceCount, total(present)))
    throw new OpsError(
      'cap-exceeded',
      `${counted(count, 'instance')} for ${request.config} exceed caps.instance_count of ${caps.instanceCount}`,
    );
}

export interface EndpointInstances {
  readonly wanted: readonly ServingInstances[];
  readonly present: readonly ServingInstances[];
}

export async function endpointInstances(
  request: PromotionRequest,
  models: Pick<Models, 'instancesOf'>,
): Promise<EndpointInstances> {
  return {
    wanted: createdInstances(request) ?? (await models.instancesOf(request.config)),
    present: await models.instancesOf(request.expects),
  };
}

function total(instances: readonly ServingInstances[]): number {
  return instances.reduce((sum, { count }) => sum + count, 0);
}

/** The instances of a configuration that the promotion creates; undefined if the configuration exists. */
function createdInstances({ createConfig }: JsonObject): readonly ServingInstances[] | undefined {
  if (!isObject(createConfig)) return undefined;
  const { ProductionVariants: variants } = createConfig;
  return (Array.isArray(variants) ? (variants as readonly Json[]) : []).flatMap((variant) => {
    if (!isObject(variant) || typeof variant['InstanceType'] !== 'string') return [];
    const { InstanceType: type, InitialInstanceCount: count } = variant;
    return [{ type, count: typeof count === 'number' ? count : 1 }];
  });
}
