import { z } from 'zod';
import { AwsError } from './responses.ts';

/** The common input of SageMaker's List… operations. Times are epoch seconds. Beware: the default order is oldest first. */
export const Listing = z.object({
  MaxResults: z.number().int().min(1).max(100).default(10),
  NextToken: z.string().max(8192).optional(),
  NameContains: z.string().default(''),
  CreationTimeAfter: z.number().default(0),
  CreationTimeBefore: z.number().default(Number.POSITIVE_INFINITY),
  SortBy: z.enum(['Name', 'CreationTime']).default('CreationTime'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Ascending'),
});

interface Listed {
  readonly name: string;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** One page of the items that pass the common filters. */
export function listPage<One extends Listed>(
  all: readonly One[],
  filter: z.infer<typeof Listing>,
  keyOf: (one: One) => string | number = ({ name, createdAt }) =>
    filter.SortBy === 'Name' ? name : createdAt,
): { readonly page: readonly One[]; readonly NextToken?: string } {
  const found = all
    .filter(
      ({ name, createdAt }) =>
        name.includes(filter.NameContains) &&
        createdAt >= filter.CreationTimeAfter &&
        createdAt <= filter.CreationTimeBefore,
    )
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1) * (filter.SortOrder === 'Ascending' ? 1 : -1));
  const start = Number(filter.NextToken ?? 0);
  if (!Number.isInteger(start)) throw new AwsError('ValidationException', 'Invalid pagination token.');
  const end = start + filter.MaxResults;
  return { page: found.slice(start, end), ...(end < found.length ? { NextToken: String(end) } : {}) };
}
