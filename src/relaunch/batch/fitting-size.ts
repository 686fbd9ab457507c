import type { Settings } from './job-arguments.ts';
import type { Recipe } from './recipe.ts';

/** The largest size that fits, or why none does. */
export function sizeFor(recipe: Recipe, reduction: number): number | string {
  const { held, least, doubts } = recipe;
  const sizes = sizesToTry(recipe, reduction);
  const fits = sizes.filter((after) => problemWith(after, recipe) === undefined);
  const size = fits.find((after) => doubts?.(after) === undefined) ?? fits[0];
  if (size !== undefined) return size;
  const problem = least?.why ?? problemWith(sizes[0] ?? 1, recipe) ?? '';
  return `no ${held.name} below ${held.before} fits the job: ${problem}; use a larger instance`;
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

/** Why the trainer would refuse this batch, or would train differently with it. */
export function problemWith(after: number, recipe: Recipe): string | undefined {
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

/** Arguments that decide how long a sample is. */
const lengths =
  /(^|\.)(max_(seq(uence)?|completion|prompt|response)_len(gth)?|max_length|max_len|model_max_length|cutoff_len|sequence_len|seq_len(gth)?|block_size|generate_max_len)$/;

export function alreadyOne({ held, notes }: Recipe, settings: Settings): string {
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
