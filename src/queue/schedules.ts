import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { openQueue } from './watched-worker.ts';

export interface Schedule {
  readonly name: string;
  readonly everyMs: number;
}

/** Between the clocks of two machines. */
const clockDifferenceMs = 60_000;

/** The job schedulers of one queue. BullMQ keeps them in Redis, so they are gone when Redis is emptied or replaced. */
export interface Schedules {
  /** Creates every scheduler; throws if Redis refuses one. */
  readonly create: () => Promise<void>;
  /** Creates only the schedulers that are missing or that wait for a wrong time, and returns their names. */
  readonly restore: () => Promise<readonly string[]>;
  /** Names of schedulers that Redis does not have, or that wait for a wrong time. */
  readonly missing: () => Promise<readonly string[]>;
  /** For schedules of earlier versions. */
  readonly remove: (names: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `redis` must refuse commands while it is away: a readiness check must not wait for Redis to come back. */
export function createSchedules(redis: Redis, log: Log, name: string, all: readonly Schedule[]): Schedules {
  const queue = openQueue(redis, log, name);

  const create = async (wanted: readonly Schedule[]): Promise<void> => {
    for (const one of wanted)
      await queue.upsertJobScheduler(
        one.name,
        { every: one.everyMs },
        { name: one.name, opts: { removeOnComplete: true, removeOnFail: 100 } },
      );
  };
  const missing = async (): Promise<readonly Schedule[]> => {
    const gone = await Promise.all(all.map(async (one) => !(await isScheduled(queue, one))));
    return all.filter((_, index) => gone[index]);
  };

  return {
    create: async () => create(all),
    restore: async () => {
      const gone = await missing();
      // BullMQ keeps the time of the next run of a scheduler that exists.
      for (const one of gone) await queue.removeJobScheduler(one.name);
      await create(gone);
      return gone.map((one) => one.name);
    },
    missing: async () => (await missing()).map((one) => one.name),
    remove: async (names) => {
      for (const one of names) await queue.removeJobScheduler(one);
    },
    close: async () => queue.close(),
  };
}

/**
 * A scheduler without its next job never fires again: BullMQ creates the following job when that one starts. BullMQ
 * counts by the wall clock, so after that was set back the next job would wait as long as it was set back.
 */
async function isScheduled(queue: Queue, { name, everyMs }: Schedule): Promise<boolean> {
  const next = await nextRun(queue, name);
  if (next === undefined || next - Date.now() > everyMs + clockDifferenceMs) return false;
  if ((await queue.getJob(`repeat:${name}:${next}`)) !== undefined) return true;
  // The run may have started and ended between the two reads; then the scheduler names a later run.
  return (await nextRun(queue, name)) !== next;
}

async function nextRun(queue: Queue, name: string): Promise<number | undefined> {
  return (await queue.getJobScheduler(name))?.next;
}
