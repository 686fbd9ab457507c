import { OpsError } from '../errors.ts';
import { maxHyperParameters } from '../models/hyperparameter-fixes.ts';
import { largest } from '../ports/collections.ts';
import type { Caps, JsonObject, Ports } from '../ports/ports.ts';
import { hoursInWords, type LaunchPrice, launchPrice, unknownInWords, usd } from './prices/launch-price.ts';
import { alternativesIn, totalOf } from './prices/machines.ts';

interface AllMachines {
  readonly types: readonly string[];
  readonly count: number;
}

/**
 * Throws `cap-exceeded` if the request alone exceeds the caps in relight.yaml, and `price-unknown` if its cost cannot be
 * compared with them. The other launches are counted when it is sent.
 */
export function requireWithinCaps(
  request: JsonObject,
  { caps, prices }: Pick<Ports, 'caps' | 'prices'>,
): void {
  const { types, count } = machinesOf(request);
  const refused = types.find((type) => !caps.instanceTypes.includes(type));
  if (refused !== undefined)
    throw new OpsError('cap-exceeded', `${refused} is not among caps.instance_types`);
  if (count > caps.instanceCount)
    throw new OpsError(
      'cap-exceeded',
      `${count} instances exceed caps.instance_count of ${caps.instanceCount}`,
    );
  if (caps.spendPerDayUsd !== undefined) requireAffordable(launchPrice(request, prices), caps.spendPerDayUsd);
}

function requireAffordable({ worstCaseUsd, hours, unknown }: LaunchPrice, cap: number): void {
  if (worstCaseUsd === undefined)
    throw new OpsError('price-unknown', `caps.spend_per_day_usd is set, and ${unknownInWords(unknown)}`);
  if (worstCaseUsd > cap)
    throw new OpsError(
      'cap-exceeded',
      `up to ${usd(worstCaseUsd)} within ${hoursInWords(hours)} exceed caps.spend_per_day_usd of ${usd(cap)}`,
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

function machinesOf(request: JsonObject): AllMachines {
  const alternatives = alternativesIn(request);
  return {
    types: alternatives.flatMap((machines) => machines.map(({ type }) => type)),
    count: largest(alternatives.map(totalOf)),
  };
}
