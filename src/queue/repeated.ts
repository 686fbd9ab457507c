import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { keyPrefix, queues } from './jobs.ts';
import { closing, type Running } from './watched-worker.ts';
import { start } from './worker.ts';

/** Work that comes again and again, each time in one process among all, whichever is free. */
export interface Repeated {
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
}

const sweepEveryMs = 15_000;

/** What needs Redis alone, and so never waits for AWS. */
export async function startSweeps(
  redis: Redis,
  log: Log,
  sweeps: Readonly<Record<string, () => Promise<void>>>,
): Promise<Running> {
  const all = Object.entries(sweeps).map(([name, work]) => ({ name, everyMs: sweepEveryMs, work }));
  return startRepeated(redis, log, queues.sweep, all);
}

/** Looks at AWS. In a queue of its own: it may take a minute, and what sweeps must not wait for it. */
export async function startWatches(redis: Redis, log: Log, watches: readonly Repeated[]): Promise<Running> {
  return startRepeated(redis, log, queues.watch, watches);
}

async function startRepeated(
  redis: Redis,
  log: Log,
  name: string,
  all: readonly Repeated[],
): Promise<Running> {
  const queue = new Queue(name, { connection: redis, prefix: keyPrefix, skipVersionCheck: true });
  queue.on('error', (error) => log.warn({ queue: name, error: error.message }, 'queue'));
  for (const one of all)
    await queue.upsertJobScheduler(
      one.name,
      { every: one.everyMs },
      { name: one.name, opts: { removeOnComplete: true, removeOnFail: 100 } },
    );
  const worker = start(
    redis,
    log,
    name,
    1,
    () => undefined,
    async (_, job) => {
      // A deployment may have taken this work away, or not have brought it everywhere yet.
      await all.find((one) => one.name === job.name)?.work();
      return 0;
    },
  );
  const { close } = closing([worker]);
  return {
    close: async (graceMs) => {
      await close(graceMs);
      await queue.close();
    },
  };
}
