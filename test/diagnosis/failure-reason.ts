import { type Classified, classifyFailure } from '../../src/diagnosis/classify-failure.ts';
import { aJob } from '../support/fake-ports.ts';

/**
 * A FailureReason as AWS's script-mode container composes it and the service prefixes and cuts it.
 * https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/errors.py
 */
export function composed(errorMessage: string, exitCode = 1, extra = ''): string {
  const info = extra === '' ? '' : `ExtraInfo "${extra}"\n`;
  const command = '/opt/conda/bin/python3.10 train.py --epochs 1 --per_device_train_batch_size 8';
  return cut(
    `AlgorithmError: ExecuteUserScriptError:\nExitCode ${exitCode}\nErrorMessage "${errorMessage}"\n${info}Command "${command}"`,
  );
}

/** FailureReason has at most 1,024 characters. */
export function cut(text: string): string {
  return text.slice(0, 1024);
}

/** A Python traceback: the frames as `file:function` pairs, the error last. */
export function traceback(frames: readonly (readonly [file: string, name: string])[], error: string): string {
  const lines = frames.map(
    ([file, name], at) => `  File "${file}", line ${100 + at}, in ${name}\n    ${name}(args)`,
  );
  return ['Traceback (most recent call last):', ...lines, error].join('\n');
}

/** Frames unrelated to the cause, enough of them to push it past the 1,024 characters. */
export const longWay: readonly (readonly [string, string])[] = Array.from({ length: 12 }, (_, at) => [
  `/opt/conda/lib/python3.10/site-packages/accelerate/commands/launch_${at}.py`,
  'simple_launcher',
]);

export const site = '/opt/conda/lib/python3.10/site-packages';

export function classify(failureReason: string, log = ''): Classified {
  const job = aJob({ status: 'Failed', secondaryStatus: 'Failed', failureReason });
  return classifyFailure(job, log === '' ? [] : log.split('\n'));
}
