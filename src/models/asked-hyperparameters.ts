import { quote } from '../in-words.ts';

export type Asked =
  | { readonly hyperParameters: Readonly<Record<string, string>> }
  | { readonly wrong: string };

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: HyperParameters */
export const mostHyperParameters = 100;
const longestName = 256;
const longestValue = 2_500;

/** `name=value` lines as a person types them; the first line that cannot be taken, and why. */
export function hyperParametersIn(text: string): Asked {
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
  if (found.size > mostHyperParameters)
    return { wrong: `${found.size} hyperparameters: a training job takes ${mostHyperParameters} at most` };
  return { hyperParameters: Object.fromEntries(found) };
}

function wrongWith(name: string, value: string, before: ReadonlyMap<string, string>): string | undefined {
  const shown = quote(name, 60);
  if (name.length > longestName)
    return `the name “${shown}” has ${name.length} characters; SageMaker takes ${longestName}`;
  if (value.length > longestValue)
    return `the value of ${shown} has ${value.length} characters; SageMaker takes ${longestValue}`;
  if (steersSageMaker.test(name))
    return `${shown} steers SageMaker itself (script, code or Region), not the training; take this line out`;
  return before.has(name) ? `${shown} stands there twice` : undefined;
}

/**
 * The toolkits read these names before the training script runs: from where the code comes, which file starts, in which
 * Region. https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/params.py
 */
const steersSageMaker = /^(-*\s*)?(sagemaker[_-]|_tuning_objective_metric$)/i;
