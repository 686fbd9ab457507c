import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { asOpsError, type OpsError } from '../errors.ts';
import { eachOpen } from '../incidents/journal/readable.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from '../redis/keys.ts';
import type { Producer } from './producer.ts';
import { type AdvanceDeps, createAdvance, isIdle } from './steps/advance.ts';

/** Goes through the open incidents and requeues work that a crash left behind. The bot does so for messages. */
export type Sweep = () => Promise<void>;

const sweptKey = key('swept-at');
const sweptWithinMs = 90_000;

export interface SweepDeps extends Omit<AdvanceDeps, 'enqueue' | 'producer'> {
  readonly producer: Producer;
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  /** Reports a journal that something other than Relight changed. */
  readonly reportRefused: (incident: string, error: OpsError) => Promise<void>;
}

export function createSweep(deps: SweepDeps): Sweep {
  const { store, producer, redis, log } = deps;
  const enqueue: Producer['step'] = async (job) => {
    const revived = await producer.revive(job);
    if (revived) log.info({ ...job }, 'requeued');
  };
  const advance = createAdvance({ ...deps, enqueue });
  const failed = async (incident: string, thrown: unknown): Promise<void> => {
    log.error({ incident, error: String(thrown) }, 'could not be swept');
    await deps.reportRefused(incident, asOpsError(thrown));
  };
  return async () => {
    await eachOpen({ store, failed }, async (id) => {
      if (!isIdle(deps, await store.glance(id))) await advance(id);
    });
    await redis.set(sweptKey, randomUUID(), 'PX', sweptWithinMs);
  };
}

/**
 * Says what is wrong if no process has completed a sweep recently. Compares no wall clocks: the record lapses in Redis,
 * and it must change within that time as this process measures it, so that a clock that was set hides nothing.
 */
export function createSweepCheck(
  redis: Redis,
  now = () => performance.now(),
): () => Promise<string | undefined> {
  let seen: { readonly sweep: string; readonly since: number } | undefined;
  return async () => {
    const sweep = await redis.get(sweptKey);
    if (sweep === null)
      return 'Redis has no record of a recent sweep: it was just started, emptied or replaced, or no process with RELIGHT_ROLE=worker is running';
    if (sweep !== seen?.sweep) seen = { sweep, since: now() };
    return now() - seen.since <= sweptWithinMs
      ? undefined
      : 'no worker has completed a sweep recently: is a process with RELIGHT_ROLE=worker running?';
  };
}
