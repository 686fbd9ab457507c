import type { Redis } from 'ioredis';
import { asOpsError, type OpsError } from '../errors.ts';
import { eachOpen } from '../incidents/journal/readable.ts';
import type { Log } from '../log.ts';
import { workspaceAudit } from '../outbox/audit-thread.ts';
import type { Notices } from '../outbox/notices.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from '../redis/keys.ts';
import type { Producer } from './producer.ts';
import { type AdvanceDeps, createAdvance } from './steps/advance.ts';

/** Goes through the incidents and requeues work that a crash left behind. */
export type Sweep = () => Promise<void>;

const sweptKey = key('swept-at');
/** Closed incidents that may still have a last message to deliver. */
const recentlyClosed = 20;
const recentNotices = 5;

export interface SweepDeps extends Omit<AdvanceDeps, 'enqueue' | 'producer'> {
  readonly producer: Producer;
  readonly notices: Pick<Notices, 'recent'>;
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  /** Reports a journal that something other than Relight changed. */
  readonly reportRefused: (incident: string, error: OpsError) => Promise<void>;
}

export function createSweep(deps: SweepDeps): Sweep {
  const { store, producer, notices, redis, clock, log } = deps;
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
    await eachOpen({ store, failed }, advance);
    for (const id of (await store.ids('all')).slice(0, recentlyClosed)) await producer.deliver(id);
    for (const thread of await notices.recent(recentNotices)) await producer.deliver(thread);
    await producer.deliver(workspaceAudit);
    await redis.set(sweptKey, clock.now());
  };
}

/** When any process last swept, which shows that jobs are being consumed. Undefined if Redis has no record of it. */
export async function lastSweep(redis: Redis): Promise<number | undefined> {
  const at = await redis.get(sweptKey);
  return at === null ? undefined : Number(at);
}
