import { type BatchSays, sayPlan } from './batch-in-words.ts';
import { alreadyOne, problemWith, sizeFor } from './fitting-size.ts';
import { type Edit, edited, type HyperParameters, type Setting, Settings } from './job-arguments.ts';
import { containerText, filesRead, fileText, type SourceFile } from './outside-texts.ts';
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
  /** Files of the source folder. A plan that would change them is not possible, but names the lines. */
  readonly files?: readonly SourceFile[];
  /** AlgorithmSpecification.ContainerArguments, of which the same is true. */
  readonly containerArguments?: readonly string[];
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
export function planBatch({ reduction, chosen, ...job }: BatchWish): BatchPlan {
  const settings = settingsOf(job);
  const recipe = recipeFor(settings, job);
  if ('why' in recipe) return no(recipe.why);
  if (recipe.held.before === 1) return no(alreadyOne(recipe, settings));
  const size = chosen ?? sizeFor(recipe, reduction);
  if (typeof size === 'string') return no(size);
  const problem = problemWith(size, recipe);
  return problem === undefined ? yes(size, recipe, settings) : no(problem);
}

function settingsOf({
  hyperParameters,
  files = [],
  containerArguments = [],
}: Pick<BatchWish, 'hyperParameters' | 'files' | 'containerArguments'>): Settings {
  const read = filesRead(hyperParameters, files).map(fileText);
  return new Settings(hyperParameters, [containerText(containerArguments), ...read]);
}

function no(why: string): BatchPlan {
  return { possible: false, why };
}

function yes(after: number, recipe: Recipe, settings: Settings): BatchPlan {
  const { trainer, held, keeps } = recipe;
  // Multiplies before dividing: a factor such as 193/57 is not exact, but a product of integers is.
  const grownTo = (count: number): number => (count * held.before) / after;
  const targets: readonly Target[] = [
    ...recipe.shrinks.map((quantity) => ({ ...quantity, value: after })),
    ...recipe.grows.map((quantity) => ({ ...quantity, value: grownTo(quantity.before) })),
    ...(recipe.sets ?? []),
  ];
  const spell = (name: string): string => settings.spell(name, anchorOf(recipe));
  const unchanged = keeps.map((one) => [nameOf(one), settings.text(one)] as const);
  const confirm =
    recipe.confirm !== undefined && held.before % after === 0
      ? { key: spell(recipe.confirm), after: String(held.before / after) }
      : undefined;
  const words = sayPlan(recipe, after, confirm);
  if (targets.some(({ setting }) => setting?.outside === true))
    return no([linesToChange(targets, settings), ...words.says].join('. '));
  return {
    possible: true,
    family: trainer,
    unit: recipe.unit,
    batch: { before: held.before, after },
    changes: changesOf(targets, settings, spell),
    unchanged: Object.fromEntries(unchanged),
    ...(confirm !== undefined && { confirm }),
    ...words,
  };
}

function anchorOf({ shrinks, grows }: Recipe): Quantity['setting'] {
  return [...shrinks, ...grows].find(({ setting }) => setting !== undefined)?.setting;
}

function nameOf({ name, key, alone, outside }: Setting): string {
  return alone && outside !== true ? key : name;
}

/** Relight changes hyperparameters only, so a person changes the lines of a file. */
function linesToChange(targets: readonly Target[], settings: Settings): string {
  const lines = targets.map(({ name, setting, value }) => {
    if (setting === undefined) return `add ${name}: ${value}`;
    const change = `${nameOf(setting)} from ${settings.text(setting)} to ${value}`;
    if (setting.outside !== true) return change;
    const isFile = settings.outside.some((one) => one.name === setting.key && one.text.includes('\n'));
    return `${setting.key}${isFile ? `, line ${settings.line(setting)}` : ''}: ${change}`;
  });
  return `Relight changes hyperparameters only; change by hand: ${lines.join('; ')}`;
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
