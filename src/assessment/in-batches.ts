import { append } from '../ports/collections.ts';

const atOnce = 4;

/** A few at a time: SageMaker and S3 limit their calls, and in an outage all ask at once. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce)
    append(results, await Promise.all(items.slice(start, start + atOnce).map(work)));
  return results;
}
