import { z } from 'zod';
import { minutes } from '../in-words.ts';
import type { Adjusted, Answers, Field } from '../ports/form-fields.ts';
import type { Relaunch } from './relaunch-terms.ts';

/** The options for a job that lost its instances: where it can continue, with Relight's recommendation. */
export const Capacity = z.object({
  /** True if the failed job ran on spot instances. */
  spot: z.boolean(),
  /** True if it failed because its instances were taken back, or none were available. */
  lost: z.boolean(),
  rtoMinutes: z.number(),
  /** The job's own type, then the allowed ones with as many GPUs. */
  types: z.array(z.string()),
});
export type Capacity = z.infer<typeof Capacity>;

export interface Choice {
  readonly capacity: Capacity | undefined;
  /** One of `types`; default: the job's own. */
  readonly moveTo?: string | undefined;
  /** A person's choice; default: the recommendation. */
  readonly onDemand?: boolean | undefined;
}

const onDemandWord = 'on demand';
const spotWord = 'spot';
const asBefore = 'as the failed job';

/** With an RTO of an hour, there is no time to lose spot capacity again. */
const shortRtoMinutes = 60;

function recommendsOnDemand({ spot, lost, rtoMinutes }: Capacity): boolean {
  return spot && lost && rtoMinutes <= shortRtoMinutes;
}

function isOnDemand({ capacity, onDemand }: Choice): boolean {
  if (capacity?.spot !== true) return false;
  return onDemand ?? recommendsOnDemand(capacity);
}

export function capacityFields(choice: Choice): readonly Field[] {
  const { capacity, moveTo } = choice;
  const types = capacity === undefined || capacity.types.length === 0 ? [asBefore] : capacity.types;
  return [
    ...spotFields(choice),
    {
      key: 'instance',
      label: 'Instance type',
      kind: 'choice',
      choices: types,
      initial: moveTo ?? types[0] ?? asBefore,
    },
  ];
}

/** A job that never ran on spot is not moved to it. */
function spotFields(choice: Choice): readonly Field[] {
  const { capacity } = choice;
  if (capacity?.spot !== true) return [];
  const recommended = recommendsOnDemand(capacity) ? onDemandWord : spotWord;
  const hint = `Recommended: ${recommended}. On demand costs more than spot and is not interrupted.`;
  return [
    {
      key: 'capacity',
      label: 'Capacity',
      kind: 'choice',
      choices: [onDemandWord, spotWord],
      initial: isOnDemand(choice) ? onDemandWord : spotWord,
      ...(capacity.lost && { hint }),
    },
  ];
}

export function withCapacity<I extends Choice>(
  input: I,
  { capacity: wanted, instance = asBefore }: Answers,
): Adjusted<I> {
  const types = input.capacity?.types ?? [];
  if (instance !== asBefore && !types.includes(instance))
    return { field: 'instance', wrong: `${instance} is not one of the allowed instance types` };
  return {
    input: {
      ...input,
      ...(instance !== asBefore && { moveTo: instance }),
      ...(wanted !== undefined && { onDemand: wanted === onDemandWord }),
    },
  };
}

/** The changes to the request, with reasons and warnings for the approvers. */
export function capacityTerms(choice: Choice): Required<Pick<Relaunch, 'changes' | 'reasons' | 'warnings'>> {
  const { capacity, moveTo } = choice;
  const moves = moveTo !== undefined && moveTo !== capacity?.types[0];
  return {
    changes: {
      ...(isOnDemand(choice) && { spot: false as const }),
      ...(moves && { instanceType: moveTo }),
    },
    reasons: {
      EnableManagedSpotTraining: 'on demand does not wait for spot capacity and is not interrupted',
      'StoppingCondition.MaxWaitTimeInSeconds': 'only spot jobs have this limit',
      'ResourceConfig.InstanceType': 'another type may have capacity now',
    },
    warnings: capacity?.spot === true && capacity.lost ? [recommendation(capacity, isOnDemand(choice))] : [],
  };
}

function recommendation(capacity: Capacity, onDemand: boolean): string {
  const rto = `the RTO is ${minutes(capacity.rtoMinutes)}`;
  const why = recommendsOnDemand(capacity)
    ? `On demand is recommended: ${rto}, which leaves no time to lose spot capacity again`
    : `Spot is recommended: ${rto}, which leaves time to wait, and on demand costs more`;
  const takes = onDemand
    ? 'This request uses on demand'
    : 'This request goes back to spot, where capacity was lost';
  return `${takes}. ${why}. “Choose where” offers the alternative and other instance types`;
}
