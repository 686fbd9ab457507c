import { quote } from '../in-words.ts';
import type { Answers, Field } from '../ports/form-fields.ts';
import { holdsSecret } from '../sanitize/redaction.ts';
import { type KnownParameters, problemWith } from './known-parameters.ts';

/** The form fields for hyperparameter changes of a retraining, and the parsing of their answers. */

// Journals store these choices as answers, so their text must not change.
const refuse = 'refuse them';
const anyway = 'send them anyway';

/** Both fields; `fixes` is the initial value of the first one. */
export function fixFields(fixes?: string): readonly [Field<'fixes'>, Field<'unusual'>] {
  return [
    {
      key: 'fixes',
      label: 'Hyperparameters to change',
      kind: 'paragraph',
      optional: true,
      hint: 'One per line, as name=value.',
      ...(fixes !== undefined && { initial: fixes }),
    },
    {
      key: 'unusual',
      label: 'New names, or fractions instead of whole numbers',
      kind: 'choice',
      choices: [refuse, anyway],
      initial: refuse,
      optional: true,
    },
  ];
}

export interface Fixes {
  readonly hyperParameters: Readonly<Record<string, string>>;
  /** Whether a person has confirmed values that differ in form from those of the job. */
  readonly unusual: boolean;
}

/** The parsed fixes, or the first problem. Without `known`, only the form of the lines is checked. */
export function fixesIn(
  { fixes = '', unusual }: Answers,
  known: KnownParameters | undefined,
): Fixes | { readonly wrong: string } {
  const read = hyperParametersIn(fixes);
  if ('wrong' in read) return read;
  if (holdsSecret(fixes))
    return {
      wrong: 'This contains a secret, and answers are kept in the journal: store it in AWS Secrets Manager',
    };
  const confirmed = unusual === anyway;
  const wrong =
    known && (tooMany(read.hyperParameters, known) ?? problemWith(read.hyperParameters, known, confirmed));
  return wrong === undefined ? { hyperParameters: read.hyperParameters, unusual: confirmed } : { wrong };
}

/** The limit applies to the job's hyperparameters and the new ones together. */
function tooMany(typed: Fixes['hyperParameters'], known: KnownParameters): string | undefined {
  const all = new Set([...Object.keys(known), ...Object.keys(typed)]).size;
  if (all <= maxHyperParameters) return undefined;
  return `${all} hyperparameters, including those of the job: a training job allows at most ${maxHyperParameters}`;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: HyperParameters */
export const maxHyperParameters = 100;
const maxNameLength = 256;
const maxValueLength = 2_500;

/** Parses typed `name=value` lines, or explains the first invalid line. */
function hyperParametersIn(
  text: string,
): { readonly hyperParameters: Fixes['hyperParameters'] } | { readonly wrong: string } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const at = line.indexOf('=');
    const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at < 1) return { wrong: `line ${index + 1}, “${quote(line, 60)}”, is not name=value` };
    const wrong = wrongWith(name, value, found);
    if (wrong !== undefined) return { wrong };
    found.set(name, value);
  }
  if (found.size > maxHyperParameters)
    return { wrong: `${found.size} hyperparameters: a training job allows at most ${maxHyperParameters}` };
  return { hyperParameters: Object.fromEntries(found) };
}

function wrongWith(name: string, value: string, before: ReadonlyMap<string, string>): string | undefined {
  const shown = quote(name, 60);
  if (name.length > maxNameLength)
    return `the name “${shown}” has ${name.length} characters; SageMaker allows ${maxNameLength}`;
  if (value.length > maxValueLength)
    return `the value of ${shown} has ${value.length} characters; SageMaker allows ${maxValueLength}`;
  if (controlsSageMaker.test(name))
    return `${shown} controls SageMaker itself (script, code or Region), not the training; remove this line`;
  return before.has(name) ? `${shown} is listed twice` : undefined;
}

/**
 * The SageMaker toolkits read these names before the training script runs. They set the source of the code, the entry
 * point and the Region. https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/params.py
 */
const controlsSageMaker = /^(-*\s*)?(sagemaker[_-]|_tuning_objective_metric$)/i;
