import type { Redis } from 'ioredis';
import { eachOpen } from '../incidents/journal/readable.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from '../redis/keys.ts';
import type { Producer } from './producer.ts';
import { type AdvanceDeps, createAdvance, isIdle } from './steps/advance.ts';

/** Goes through the open incidents and requeues work that a crash left behind. The bot does so for messages. */
export type Sweep = () => Promise<void>;

const sweptKey = key('swept-at');

export interface SweepDeps extends Omit<AdvanceDeps, 'enqueue' | 'producer'> {
  readonly producer: Producer;
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSweep(deps: SweepDeps): Sweep {
  const { store, catalog, budgetOf, producer, redis, clock, log } = deps;
  const enqueue: Producer['step'] = async (job) => {
    const revived = await producer.revive(job);
    if (revived) log.info({ ...job }, 'requeued');
  };
  const advance = createAdvance({ ...deps, enqueue });
  const failed = (incident: string, error: unknown): void =>
    log.error({ incident, error: String(error) }, 'could not be swept');
  return async () => {
    await eachOpen({ store, failed }, async (id) => {
      if (!isIdle({ catalog, budgetOf, clock }, await store.glance(id))) await advance(id);
    });
    await redis.set(sweptKey, clock.now());
  };
}

/** When any process last swept, which shows that jobs are being consumed. Undefined if Redis has no record of it. */
export async function lastSweep(redis: Redis): Promise<number | undefined> {
  const at = await redis.get(sweptKey);
  return at === null ? undefined : Number(at);
}
