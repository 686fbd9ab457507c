import { type BatchSays, sayPlan } from './batch-in-words.ts';
import { type Edit, edited, type HyperParameters, Settings } from './job-arguments.ts';
import type { Quantity, Recipe } from './recipe.ts';
import { recipeFor } from './recipe-for.ts';

export interface BatchWish {
  readonly hyperParameters: HyperParameters;
  /** Total GPUs of all instances; undefined if the instance type is unknown. */
  readonly gpus: number | undefined;
  /** Factor for the batch: 0.5 halves it. */
  readonly reduction: number;
  /** A batch size that a person chose instead. */
  readonly chosen?: number | undefined;
  /** The trainer as a person names it, with its version: `trl 0.16.1`. */
  readonly trainer?: string | undefined;
}

/** One hyperparameter before and after; `before` is empty if the job does not set it. */
export interface Change {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

export type BatchPlan =
  | ({
      readonly possible: true;
      readonly family: string;
      readonly unit: 'samples' | 'tokens';
      /** What a GPU holds at a time. */
      readonly batch: { readonly before: number; readonly after: number };
      readonly changes: readonly Change[];
      /** Values that stay on purpose, such as the batch of all GPUs. */
      readonly unchanged: Readonly<Record<string, string>>;
      /** The argument that would keep the effective batch, if a person confirms that the script takes it. */
      readonly confirm?: { readonly key: string; readonly after: string };
    } & BatchSays)
  | { readonly possible: false; readonly why: string };

/**
 * Plans a smaller batch by the rules of the job's trainer. The effective batch stays the same wherever the trainer is known
 * to read what keeps it; else the plan says that it does not. Never 0, and never a number that the trainer refuses.
 */
export function planBatch({ hyperParameters, reduction, chosen, ...job }: BatchWish): BatchPlan {
  const settings = new Settings(hyperParameters);
  const recipe = recipeFor(settings, job);
  if ('why' in recipe) return no(recipe.why);
  if (recipe.held.before === 1) return no(alreadyOne(recipe, settings));
  const size = chosen ?? sizeFor(recipe, reduction);
  if (typeof size === 'string') return no(size);
  const problem = problemWith(size, recipe);
  return problem === undefined ? yes(size, recipe, settings) : no(problem);
}

/** The largest size that fits, or why none does. */
function sizeFor(recipe: Recipe, reduction: number): number | string {
  const { held, least, doubts } = recipe;
  const sizes = sizesToTry(recipe, reduction);
  const fits = sizes.filter((after) => problemWith(after, recipe) === undefined);
  const size = fits.find((after) => doubts?.(after) === undefined) ?? fits[0];
  if (size !== undefined) return size;
  const problem = least?.why ?? problemWith(sizes[0] ?? 1, recipe) ?? '';
  return `no ${held.name} below ${held.before} fits the job: ${problem}; use a larger instance`;
}

/** Arguments that decide how long a sample is. */
const lengths =
  /(^|\.)(max_(seq(uence)?|completion|prompt|response)_len(gth)?|max_length|max_len|model_max_length|cutoff_len|sequence_len|seq_len(gth)?|block_size|generate_max_len)$/;

function alreadyOne({ held, notes }: Recipe, settings: Settings): string {
  const long = settings.all.filter(({ name }) => lengths.test(name)).map(({ key }) => key);
  const shorter =
    long.length === 0
      ? ''
      : `. A smaller ${long.join(' or ')} needs less memory but changes what is trained on`;
  return [
    `${held.name} is already 1, so it cannot be smaller; use a larger instance${shorter}`,
    ...notes,
  ].join('. ');
}

/** A reduction by less than this would hardly be noticed. */
const leastReduction = 0.75;

/** Enough to reach 1 from any batch of samples; from a limit of tokens, the first ones fit. */
const maxTries = 4096;

function sizesToTry({ held: { before }, least }: Recipe, reduction: number): number[] {
  if (least !== undefined && least.size > before * leastReduction) return [];
  const most = Math.min(before - 1, Math.max(1, least?.size ?? 1, Math.floor(before * reduction)));
  return Array.from({ length: Math.min(most, maxTries) }, (_, index) => most - index);
}

function no(why: string): BatchPlan {
  return { possible: false, why };
}

/** Why the trainer would refuse this batch, or would train differently with it. */
function problemWith(after: number, recipe: Recipe): string | undefined {
  const { held, least, effective } = recipe;
  if (!Number.isSafeInteger(after) || after < 1)
    return `${after} is not a batch size: it must be a whole number from 1 to ${held.before - 1}`;
  if (after >= held.before) return `${after} is not smaller than the ${held.before} that ran out of memory`;
  if (least !== undefined && after < least.size) return `${after} is below ${least.size}: ${least.why}`;
  const uneven = recipe.grows.find(({ before }) => (before * held.before) % after !== 0);
  if (uneven !== undefined)
    return effective !== undefined && effective % after !== 0
      ? `${after} does not divide the effective batch of ${effective} samples per GPU`
      : `${uneven.name} of ${uneven.before} cannot grow by ${held.before}/${after} to a whole number`;
  return recipe.refuses?.(after);
}

function yes(after: number, recipe: Recipe, settings: Settings): BatchPlan {
  const { trainer, held, keeps } = recipe;
  // Multiplies before dividing: a factor such as 193/57 is not exact, but a product of integers is.
  const grownTo = (count: number): number => (count * held.before) / after;
  const targets = [
    ...recipe.shrinks.map((quantity) => ({ ...quantity, value: after })),
    ...recipe.grows.map((quantity) => ({ ...quantity, value: grownTo(quantity.before) })),
    ...(recipe.sets ?? []),
  ];
  const spell = (name: string): string => settings.spell(name, anchorOf(recipe));
  const unchanged = keeps.map((one) => [one.alone ? one.key : one.name, settings.text(one)] as const);
  const confirm =
    recipe.confirm !== undefined && held.before % after === 0
      ? { key: spell(recipe.confirm), after: String(held.before / after) }
      : undefined;
  return {
    possible: true,
    family: trainer,
    unit: recipe.unit,
    batch: { before: held.before, after },
    changes: changesOf(targets, settings, spell),
    unchanged: Object.fromEntries(unchanged),
    ...(confirm !== undefined && { confirm }),
    ...sayPlan(recipe, after, confirm),
  };
}

function anchorOf({ shrinks, grows }: Recipe): Quantity['setting'] {
  return [...shrinks, ...grows].find(({ setting }) => setting !== undefined)?.setting;
}

type Target = Pick<Quantity, 'name' | 'setting'> & { readonly value: number };

/** In the order of the targets, with one change per hyperparameter. */
function changesOf(
  targets: readonly Target[],
  { hyperParameters }: Settings,
  spell: (name: string) => string,
): Change[] {
  const edits = targets.flatMap(({ setting, value }): Edit[] =>
    setting === undefined ? [] : [{ setting, value }],
  );
  const after = edited(hyperParameters, edits);
  const changes = targets.map(({ name, setting, value }): Change => {
    const key = setting?.key ?? spell(name);
    return { key, before: hyperParameters[key] ?? '', after: after.get(key) ?? String(value) };
  });
  return changes.filter((one, index) => changes.findIndex(({ key }) => key === one.key) === index);
}
