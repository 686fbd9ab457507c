import { Queue } from 'bullmq';
import { z } from 'zod';
import { queues } from '../../../src/queue/jobs.ts';
import { keyPrefix } from '../../../src/redis/keys.ts';
import { addFault, heldRequests } from '../../support/aws-ledger.ts';
import { until } from '../../support/until.ts';
import type { World } from '../../support/world.ts';

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

/** A boundary, and the access key of the worker that stands at it. */
interface Standing {
  readonly boundary: Boundary;
  readonly accessKeyId: string;
}

/** Waits until steps of workers with these access keys stand at any of these boundaries. Empty if none comes along. */
export async function standingAt(
  world: World,
  wanted: readonly Boundary[],
  accessKeyIds: readonly string[],
  withinMs: number,
): Promise<readonly Standing[]> {
  for (const [service, operation, kind] of wanted)
    await addFault(world, { service, operation, kind, count: 1, accessKeyIds });
  const standing = async (): Promise<readonly Standing[] | false> => {
    const calls = z.array(Held).parse(await heldRequests(world));
    const found = wanted.flatMap((boundary) => {
      const [service, operation, kind] = boundary;
      return calls
        .filter((one) => one.service === service && one.operation === operation && one.kind === kind)
        .map(({ accessKeyId }) => ({ boundary, accessKeyId }));
    });
    return found.length > 0 && found;
  };
  return until(standing, 'a call at a boundary', withinMs).catch(() => []);
}

const Held = z.object({
  service: z.string(),
  operation: z.string(),
  kind: z.string(),
  accessKeyId: z.string(),
});

/** Lets all held calls go on. Those of dead callers have no effect. */
export async function letGo(world: World): Promise<void> {
  const answer = await fetch(`${world.region.url}/_sandbox/faults`, { method: 'DELETE' });
  if (!answer.ok) throw new Error(`the faults could not be removed: ${answer.status}`);
}

/** A step that a worker has under way, and how often workers have started it. */
export interface StepUnderWay {
  readonly id: string;
  readonly started: number;
  /** The process of the worker. */
  readonly pid: number;
}

/** To be asked as soon as a worker is gone: what another one has begun by then is not left behind. */
export async function stepsUnderWay(world: World): Promise<readonly StepUnderWay[]> {
  return withSteps(world, async (queue) =>
    (await queue.getJobs(['active'])).map(({ id = '', attemptsStarted, processedBy = '' }) => ({
      id,
      started: attemptsStarted,
      pid: Number(processedBy.split(':').at(-1)),
    })),
  );
}

/** How long each step of a worker that is gone takes until another worker goes on with it. */
export async function takenOverAfter(
  world: World,
  goneAt: number,
  steps: readonly StepUnderWay[],
): Promise<readonly number[]> {
  return withSteps(world, async (queue) =>
    Promise.all(
      steps.map(async ({ id, started }) => {
        await until(
          async () => {
            const job = await queue.getJob(id);
            return job === undefined || job.attemptsStarted > started || job.finishedOn !== undefined;
          },
          `another worker to take over the step ${id}`,
          120_000,
        );
        return performance.now() - goneAt;
      }),
    ),
  );
}

/** The errors of steps that failed on the queue. */
export async function failedSteps(world: World): Promise<readonly string[]> {
  return withSteps(world, async (queue) =>
    (await queue.getJobs(['failed'])).map(({ failedReason }) => failedReason ?? ''),
  );
}

async function withSteps<T>({ redis }: World, work: (queue: Queue) => Promise<T>): Promise<T> {
  const queue = new Queue(queues.steps, {
    connection: redis.client,
    prefix: keyPrefix,
    skipVersionCheck: true,
  });
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}
