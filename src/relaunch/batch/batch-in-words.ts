import { count } from '../../in-words.ts';
import type { Recipe } from './recipe.ts';

export interface BatchSays {
  /** Samples per GPU in one optimizer step, before and after; absent if the job does not tell, or if it changes. */
  readonly effective?: number;
  readonly keepsEffective: boolean;
  /** Whether a step trains on as much as before, as sentences. */
  readonly says: readonly string[];
}

/** What the plan means for the training, for the person who approves it. */
export function sayPlan(
  recipe: Recipe,
  after: number,
  confirm: { readonly key: string; readonly after: string } | undefined,
): BatchSays {
  const { held, effective, keepsEffective, doubts, notes } = recipe;
  const doubt = doubts?.(after);
  return {
    ...(keepsEffective && effective !== undefined && { effective }),
    keepsEffective,
    says: [
      ...(keepsEffective ? [whatStays(recipe)] : whatShrinks(recipe, after, confirm)),
      ...(held.before !== 1 && isDefault(recipe)
        ? [`The job does not set ${held.name}: ${count(held.before)} is the trainer’s default`]
        : []),
      ...(doubt === undefined ? [] : [`Check the version: ${doubt}`]),
      ...notes,
    ],
  };
}

function whatStays({ unit, effective, keeps, held }: Recipe): string {
  if (effective !== undefined)
    return `Each step still trains on ${count(effective)} samples per GPU, so step counts stay comparable`;
  const [whole] = keeps;
  const kept = whole === undefined ? 'the batch of all GPUs' : whole.alone ? whole.key : whole.name;
  return unit === 'tokens'
    ? `The trainer fills batches by tokens, so ${held.name} decides the memory; each step still trains on the same samples`
    : `Each step still trains on the same samples: ${kept} stays, and the trainer splits it into more parts`;
}

function whatShrinks(
  { held, confirm: argument }: Recipe,
  after: number,
  confirm: { readonly key: string; readonly after: string } | undefined,
): string[] {
  const instead =
    confirm === undefined
      ? []
      : [
          `If you confirm that the script takes ${confirm.key}, Relight can add ${confirm.key}=${confirm.after}, and a step trains on ${count(held.before)} again`,
        ];
  return [
    `The effective batch shrinks with it: a step trains on ${count(after)} samples where it trained on ${count(held.before)}, because Relight does not know whether the script reads ${argument ?? 'gradient_accumulation_steps'}; step counts and the learning rate are not comparable`,
    ...instead,
    'A larger instance needs neither',
  ];
}

function isDefault({ shrinks, held }: Recipe): boolean {
  return shrinks.some(({ name, setting }) => name === held.name && setting === undefined);
}
