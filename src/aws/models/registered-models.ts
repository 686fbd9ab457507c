import { ListModelPackagesCommand, type ListModelPackagesCommandInput } from '@aws-sdk/client-sagemaker';
import { append } from '../../ports/collections.ts';
import type { RegisteredModel, RegisteredModels } from '../../readiness/account.ts';
import { callAws, unless } from '../aws-errors.ts';
import { inParallel } from '../in-parallel.ts';
import { registeredModel } from './model-package.ts';
import type { Reads } from './serving-parts.ts';

/** Parallel Describe calls. The rate limit is shared with the whole account. */
const maxParallel = 2;

/** The versions of all groups since this time, newest first. */
export async function registeredModels(reads: Reads, since: number, max: number): Promise<RegisteredModels> {
  const arns: string[] = [];
  let next: string | undefined;
  do {
    const input: ListModelPackagesCommandInput = {
      // The default lists only versions without a group.
      ModelPackageType: 'Both',
      CreationTimeAfter: new Date(since),
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 100,
      ...(next !== undefined && { NextToken: next }),
    };
    const page = await callAws('ListModelPackages', () => reads.send(new ListModelPackagesCommand(input)));
    append(
      arns,
      (page.ModelPackageSummaryList ?? []).map(({ ModelPackageArn: arn = '' }) => arn),
    );
    next = page.NextToken;
  } while (next !== undefined && arns.length < max);
  const described = await inParallel(maxParallel, arns.slice(0, max), (arn) => readable(reads, arn));
  const found = described.flatMap((one) => one ?? []);
  return { found, cut: next !== undefined || arns.length > max, denied: described.length - found.length };
}

/** Undefined if the role may not read it, because the version belongs to another team. */
async function readable(reads: Reads, arn: string): Promise<RegisteredModel | undefined> {
  return unless(['aws-denied'], () => registeredModel(reads, arn));
}
