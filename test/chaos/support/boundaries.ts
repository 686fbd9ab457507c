import { Queue } from 'bullmq';
import { queues } from '../../../src/queue/jobs.ts';
import { keyPrefix } from '../../../src/redis/keys.ts';
import { addFault, type Fault, heldRequests } from '../../support/aws-ledger.ts';
import { until } from '../../support/until.ts';
import { postJson, type World } from '../../support/world.ts';

/** A call of a step to AWS, right before or right after AWS carried it out. */
export type Boundary = readonly [service: string, operation: string, kind: 'hang-before' | 'hang-after'];

const both = (service: string, operation: string): readonly Boundary[] => [
  [service, operation, 'hang-before'],
  [service, operation, 'hang-after'],
];

/** Looking, intents, copies, data, launches, stops, and the changes of production. */
export const boundaries: readonly Boundary[] = [
  ['sagemaker', 'DescribeTrainingJob', 'hang-before'],
  ['logs', 'GetLogEvents', 'hang-before'],
  ['s3', 'ListObjectsV2', 'hang-before'],
  ...both('sagemaker', 'CreateEndpointConfig'),
  ...both('sagemaker', 'UpdateEndpoint'),
  ...both('sagemaker', 'UpdateModelPackage'),
  ...both('sagemaker', 'CreateTrainingJob'),
  ...both('s3', 'CopyObject'),
  ...both('s3', 'PutObject'),
  ...both('sagemaker', 'StopTrainingJob'),
  ['s3', 'GetObject', 'hang-before'],
];

/** Waits until a step stands at the boundary. False if none comes along. */
export async function standsAt(
  world: World,
  [service, operation, kind]: Boundary,
  withinMs: number,
): Promise<boolean> {
  await addFault(world, { service, operation, kind, count: 1 } satisfies Fault);
  const isHeld = async (): Promise<boolean> => (await heldRequests(world)).length > 0;
  return until(isHeld, 'a call at the boundary', withinMs).catch(() => false);
}

/** Lets all held calls go on. Those of dead callers have no effect. */
export async function letGo(world: World): Promise<void> {
  const answer = await fetch(`${world.region.url}/_sandbox/faults`, { method: 'DELETE' });
  if (!answer.ok) throw new Error(`the faults could not be removed: ${answer.status}`);
}

/** The steps that a killed worker has left behind, and how long each takes until another worker goes on with it. */
export async function takenOverAfter(world: World, killedAt: number): Promise<readonly number[]> {
  const queue = new Queue(queues.steps, {
    connection: world.redis.client,
    prefix: keyPrefix,
    skipVersionCheck: true,
  });
  try {
    const left = await queue.getJobs(['active']);
    return await Promise.all(
      left.map(async ({ id = '', attemptsStarted }) => {
        await until(
          async () => {
            const job = await queue.getJob(id);
            return job === undefined || job.attemptsStarted > attemptsStarted || job.finishedOn !== undefined;
          },
          `another worker to take over the step ${id}`,
          120_000,
        );
        return performance.now() - killedAt;
      }),
    );
  } finally {
    await queue.close();
  }
}

/** The errors of steps that failed on the queue. */
export async function failedSteps(world: World): Promise<readonly string[]> {
  const queue = new Queue(queues.steps, {
    connection: world.redis.client,
    prefix: keyPrefix,
    skipVersionCheck: true,
  });
  try {
    return (await queue.getJobs(['failed'])).map(({ failedReason }) => failedReason ?? '');
  } finally {
    await queue.close();
  }
}

export async function release(world: World): Promise<void> {
  await postJson(`${world.region.url}/_sandbox/release`, {});
}
