import { setTimeout as pause } from 'node:timers/promises';
import {
  ListTrainingJobsCommand,
  type ListTrainingJobsCommandInput,
  type ListTrainingJobsCommandOutput,
  type SageMakerClient,
  type TrainingJobSummary,
} from '@aws-sdk/client-sagemaker';
import { append } from '../../ports/collections.ts';
import type { JobSummary, Listed } from '../../ports/region.ts';
import { callAws } from '../aws-errors.ts';

/** Two listings a second for the whole account, not adjustable: https://github.com/aws-solutions/deepracer-on-aws/issues/87 */
const betweenListingsMs = 550;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html: the default order is the oldest first. */
const newestFirst = { SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 100 } as const;

const inProgress = { StatusEquals: 'InProgress' } as const;

/** Jobs that were changed since then, and those that go on, however long ago they were started. */
export async function listJobs(
  client: SageMakerClient,
  since: number,
  most: number,
): Promise<Listed<JobSummary>> {
  const changed = await listed(client, { LastModifiedTimeAfter: new Date(since) }, most);
  await pause(betweenListingsMs);
  const going = await listed(client, inProgress, most);
  const byName = new Map([...changed.found, ...going.found].map((job) => [job.TrainingJobName, job]));
  const found = [...byName.values()]
    .filter((job) => job.TrainingJobStatus === 'InProgress' || modifiedAt(job) >= since)
    .map(inOurWords)
    .toSorted((one, other) => other.createdAt - one.createdAt);
  return { found: found.slice(0, most), cut: changed.cut || going.cut || found.length > most };
}

/** All of them, the newest first. */
export async function summariesOf(
  client: SageMakerClient,
  which: ListTrainingJobsCommandInput,
): Promise<readonly TrainingJobSummary[]> {
  return (await listed(client, which, Number.POSITIVE_INFINITY)).found;
}

export async function listRunning(client: SageMakerClient, most: number): Promise<Listed<JobSummary>> {
  const { found, cut } = await listed(client, inProgress, most);
  return { found: found.slice(0, most).map(inOurWords), cut: cut || found.length > most };
}

async function listed(
  client: SageMakerClient,
  which: ListTrainingJobsCommandInput,
  most: number,
): Promise<Listed<TrainingJobSummary>> {
  const found: TrainingJobSummary[] = [];
  let next: string | undefined;
  do {
    if (next !== undefined) await pause(betweenListingsMs);
    const input = { ...newestFirst, ...which, ...(next !== undefined && { NextToken: next }) };
    const page: ListTrainingJobsCommandOutput = await callAws('ListTrainingJobs', () =>
      client.send(new ListTrainingJobsCommand(input)),
    );
    append(found, page.TrainingJobSummaries ?? []);
    next = page.NextToken;
  } while (next !== undefined && found.length < most);
  return { found, cut: next !== undefined };
}

function modifiedAt({ LastModifiedTime: modified, CreationTime: created }: TrainingJobSummary): number {
  return (modified ?? created)?.getTime() ?? 0;
}

function inOurWords(job: TrainingJobSummary): JobSummary {
  return {
    name: job.TrainingJobName ?? '',
    status: job.TrainingJobStatus ?? '',
    createdAt: job.CreationTime?.getTime() ?? 0,
    ...(job.TrainingEndTime !== undefined && { endedAt: job.TrainingEndTime.getTime() }),
  };
}
