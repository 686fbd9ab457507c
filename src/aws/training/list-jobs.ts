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

/** The account can list twice per second, and the quota is not adjustable: https://github.com/aws-solutions/deepracer-on-aws/issues/87 */
const listPauseMs = 550;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html: by default the oldest job comes first. */
const newestFirst = { SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 100 } as const;

const inProgress = { StatusEquals: 'InProgress' } as const;

/** Jobs that changed since then, plus all running jobs, whenever they started. */
export async function listJobs(
  client: SageMakerClient,
  since: number,
  limit: number,
): Promise<Listed<JobSummary>> {
  const changed = await listed(client, { LastModifiedTimeAfter: new Date(since) }, limit);
  await pause(listPauseMs);
  const running = await listed(client, inProgress, limit);
  const byName = new Map([...changed.found, ...running.found].map((job) => [job.TrainingJobName, job]));
  const found = [...byName.values()]
    .filter((job) => job.TrainingJobStatus === 'InProgress' || modifiedAt(job) >= since)
    .map(toJobSummary)
    .toSorted((one, other) => other.createdAt - one.createdAt);
  return { found: found.slice(0, limit), cut: changed.cut || running.cut || found.length > limit };
}

export async function summariesOf(
  client: SageMakerClient,
  filter: ListTrainingJobsCommandInput,
): Promise<readonly TrainingJobSummary[]> {
  return (await listed(client, filter, Number.POSITIVE_INFINITY)).found;
}

export async function listRunning(client: SageMakerClient, limit: number): Promise<Listed<JobSummary>> {
  const { found, cut } = await listed(client, inProgress, limit);
  return { found: found.slice(0, limit).map(toJobSummary), cut: cut || found.length > limit };
}

async function listed(
  client: SageMakerClient,
  filter: ListTrainingJobsCommandInput,
  limit: number,
): Promise<Listed<TrainingJobSummary>> {
  const found: TrainingJobSummary[] = [];
  let next: string | undefined;
  do {
    if (next !== undefined) await pause(listPauseMs);
    const input = { ...newestFirst, ...filter, ...(next !== undefined && { NextToken: next }) };
    const page: ListTrainingJobsCommandOutput = await callAws('ListTrainingJobs', () =>
      client.send(new ListTrainingJobsCommand(input)),
    );
    append(found, page.TrainingJobSummaries ?? []);
    next = page.NextToken;
  } while (next !== undefined && found.length < limit);
  return { found, cut: next !== undefined };
}

function modifiedAt({ LastModifiedTime: modified, CreationTime: created }: TrainingJobSummary): number {
  return (modified ?? created)?.getTime() ?? 0;
}

function toJobSummary(job: TrainingJobSummary): JobSummary {
  return {
    name: job.TrainingJobName ?? '',
    status: job.TrainingJobStatus ?? '',
    createdAt: job.CreationTime?.getTime() ?? 0,
    ...(job.TrainingEndTime !== undefined && { endedAt: job.TrainingEndTime.getTime() }),
  };
}
