import { append } from '../ports/collections.ts';

const batchSize = 4;

/** Limits concurrency: SageMaker and S3 throttle calls, and an outage causes many of them. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += batchSize)
    append(results, await Promise.all(items.slice(start, start + batchSize).map(work)));
  return results;
}
