import type { Listing } from '../checkpoint-view.ts';
import { isFile } from '../folders.ts';

/** A number that counts training, by the word before it; `rank_2.pt` and `model-00002-of-00004` do not. */
const stepWord =
  '(?:global_?steps?|steps?|epochs?|iter(?:ation)?s?|ckpt|checkpoint|ep|ba|net|model|weights|state)';

/**
 * Maps files of different steps to one name: `model_1300.pt` becomes `model_*.pt`. A number that several files of the
 * same checkpoint differ in is an index, even if it equals the step.
 */
export function nameAcrossSteps({ uri, files, step }: Listing): (name: string) => string {
  // The name of a single file is the checkpoint's own.
  if (isFile(uri)) return (name) => name.replace(/(?<!rank)\d+/g, '*');
  const shapes = new Map<string, number>();
  for (const name of files.keys()) shapes.set(shapeOf(name), (shapes.get(shapeOf(name)) ?? 0) + 1);
  const afterWord = new RegExp(`(${stepWord}[-_=]?)0*${step}(?!\\d)`, 'gi');
  const alone = new RegExp(`(?<!\\d)0*${step}(?!\\d)`, 'g');
  return (name) => {
    if ((shapes.get(shapeOf(name)) ?? 0) > 1) return name;
    return step < 100 ? name.replace(afterWord, '$1*') : name.replace(alone, '*');
  };
}

function shapeOf(name: string): string {
  return name.replace(/\d+/g, '#');
}
