import type { Settings } from './job-arguments.ts';
import type { JobFacts, Recipe, Refusal } from './recipe.ts';
import { deepSpeedRecipe } from './trainers/deepspeed-batches.ts';
import { derivedRecipe } from './trainers/derived-batches.ts';
import { dynamicRecipe } from './trainers/dynamic-batches.ts';
import { huggingFaceRecipe } from './trainers/hugging-face.ts';
import { namedRecipe } from './trainers/named-batches.ts';
import { openInstructRecipe } from './trainers/open-instruct.ts';
import { verlRecipe } from './trainers/verl-batches.ts';

/** The recipe of the trainer that the job runs, as its hyperparameters tell: the most specific evidence first. */
export function recipeFor(settings: Settings, job: JobFacts): Recipe | Refusal {
  return (
    dynamicRecipe(settings) ??
    verlRecipe(settings, job) ??
    openInstructRecipe(settings) ??
    derivedRecipe(settings) ??
    huggingFaceRecipe(settings, job) ??
    deepSpeedRecipe(settings, job) ??
    namedRecipe(settings, job)
  );
}
