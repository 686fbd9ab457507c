/**
 * Hyperparameters are strings; the SageMaker SDK writes some of them as JSON within the string (`"8"`, `"\"abc\""`).
 * A value that is changed keeps the way it was written, because the training script reads it that way.
 * https://github.com/aws/sagemaker-python-sdk: `_encode_hyperparameters`
 */
export type HyperParameters = Readonly<Record<string, string>>;

/** A whole number of 1 or more, however it is written; undefined for anything else. */
export function readCount(value: string | undefined): number | undefined {
  const bare = value?.trim().replace(/^"(.*)"$/, '$1');
  if (bare === undefined || !/^\d+$/.test(bare)) return undefined;
  const count = Number(bare);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** The new number, written as the old one was. */
export function writeCount(count: number, asIn: string): string {
  return asIn.trim().startsWith('"') ? `"${count}"` : String(count);
}

/** The key under which a job has this hyperparameter: scripts take `batch-size` and `batch_size` alike. */
export function keyOf(hyperParameters: HyperParameters, name: string): string | undefined {
  const plain = (key: string): string => key.replace(/^--/, '').replaceAll('-', '_');
  return Object.keys(hyperParameters).find((key) => plain(key) === name);
}
