import { countIn, type Family, familyOf, type HyperParameters, keyOf, writeCount } from './families.ts';

export interface BatchWish {
  readonly hyperParameters: HyperParameters;
  /** Total GPUs of all instances; undefined if the instance type is unknown. */
  readonly gpus: number | undefined;
  /** Factor for the batch: 0.5 halves it. */
  readonly reduction: number;
  /** A batch size that a person chose instead. */
  readonly chosen?: number | undefined;
}

/** One hyperparameter before and after. */
export interface Change {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

export type BatchPlan =
  | {
      readonly possible: true;
      readonly family: string;
      readonly batch: { readonly before: number; readonly after: number };
      /** Samples per GPU in one optimizer step; the same before and after. */
      readonly effective: number;
      readonly changes: readonly Change[];
    }
  | { readonly possible: false; readonly why: string };

/**
 * Plans a smaller batch with the same effective batch: the batch per GPU shrinks and the accumulation grows by the same
 * factor, so the steps of the checkpoint keep their meaning. Never 0, and never a number that the trainer refuses.
 */
export function planBatch({ hyperParameters, gpus, reduction, chosen }: BatchWish): BatchPlan {
  const family = familyOf(hyperParameters);
  if (family === undefined) return no('the job has no hyperparameter that Relight knows as a batch size');
  const now = batchNow(family, hyperParameters);
  if (now.batch === 1)
    return no(`${family.batch} is already 1, so it cannot be smaller; use a larger instance`);
  if (chosen !== undefined) {
    const problem = problemWith(chosen, family, hyperParameters, now, gpus);
    return problem === undefined ? yes(chosen, family, hyperParameters, now) : no(problem);
  }
  const most = Math.min(now.batch - 1, Math.max(1, Math.floor(now.batch * reduction)));
  for (let batch = most; batch >= 1; batch -= 1)
    if (problemWith(batch, family, hyperParameters, now, gpus) === undefined)
      return yes(batch, family, hyperParameters, now);
  return no(
    `no ${family.batch} below ${now.batch} fits the job: ${problemWith(1, family, hyperParameters, now, gpus) ?? ''}`,
  );
}

interface BatchNow {
  readonly batch: number;
  readonly accumulation: number;
}

function batchNow(family: Family, hyperParameters: HyperParameters): BatchNow {
  const accumulation =
    family.accumulation === undefined ? undefined : countIn(hyperParameters, family.accumulation);
  return { batch: countIn(hyperParameters, family.batch) ?? 1, accumulation: accumulation ?? 1 };
}

function no(why: string): BatchPlan {
  return { possible: false, why };
}

/** Why the trainer would refuse this batch, or would train differently with it. */
function problemWith(
  batch: number,
  family: Family,
  hyperParameters: HyperParameters,
  now: BatchNow,
  gpus = 1,
): string | undefined {
  if (!Number.isSafeInteger(batch) || batch < 1)
    return `${batch} is not a batch size: it must be a whole number from 1 to ${now.batch - 1}`;
  if (batch >= now.batch) return `${batch} is not smaller than the ${now.batch} that ran out of memory`;
  if (family.accumulation !== undefined && (now.batch * now.accumulation) % batch !== 0)
    return `${batch} does not divide the effective batch of ${now.batch * now.accumulation} samples per GPU`;
  return undivided(batch, family, hyperParameters, gpus) ?? unevenSteps(batch, family, hyperParameters, now);
}

function undivided(
  batch: number,
  family: Family,
  hyperParameters: HyperParameters,
  gpus: number,
): string | undefined {
  for (const name of family.dividedByBatch ?? []) {
    const whole = countIn(hyperParameters, name);
    if (whole !== undefined && whole % (batch * gpus) !== 0)
      return `${name} of ${whole} is not divisible by ${batch} × ${gpus} GPUs`;
  }
  return undefined;
}

/**
 * The number of samples generated at a time stays the same if the generation steps grow by the factor by which the batch
 * shrinks. It then stays divisible by num_generations, which TRL checks: `generation_batch_size (3) must be divisible by num_generations (2).`
 */
function unevenSteps(
  batch: number,
  family: Family,
  hyperParameters: HyperParameters,
  now: BatchNow,
): string | undefined {
  for (const name of family.scaled ?? []) {
    const steps = countIn(hyperParameters, name);
    if (steps !== undefined && (now.batch * steps) % batch !== 0)
      return `${name} of ${steps} cannot grow by ${now.batch}/${batch} to a whole number`;
  }
  return undefined;
}

function yes(batch: number, family: Family, hyperParameters: HyperParameters, now: BatchNow): BatchPlan {
  // Multiplies before dividing: a factor such as 193/57 is not exact, but a product of integers is.
  const grownTo = (count: number): number => (count * now.batch) / batch;
  const grown =
    family.accumulation === undefined
      ? []
      : [changeOf(hyperParameters, family.accumulation, grownTo(now.accumulation))];
  const scaled = (family.scaled ?? []).flatMap((name) => {
    const count = countIn(hyperParameters, name);
    return count === undefined ? [] : [changeOf(hyperParameters, name, grownTo(count))];
  });
  return {
    possible: true,
    family: family.name,
    batch: { before: now.batch, after: batch },
    effective: now.batch * now.accumulation,
    changes: [changeOf(hyperParameters, family.batch, batch), ...grown, ...scaled],
  };
}

/** A count that the job does not set has the trainer's default of 1, and is written without JSON encoding. */
function changeOf(hyperParameters: HyperParameters, name: string, count: number): Change {
  const key = keyOf(hyperParameters, name) ?? name;
  const before = hyperParameters[key] ?? '';
  return { key, before, after: writeCount(count, before) };
}
