import type { Redis } from 'ioredis';
import type { Log } from '../../log.ts';
import { serverInfo } from './ask-server.ts';
import { requirePrimary } from './requirements.ts';

const lookEveryMs = 1_500;
/** A healthy Redis answers a PING within milliseconds. */
const hungAfterMs = 3_000;
const freshMs = 1_500;

/**
 * Cuts a connection that hangs while a new one reaches a primary: the server behind its socket is gone without closing
 * it (a lost host, a partition), and the address already leads to the next one. TCP alone notices after minutes.
 * A paused Redis answers no new connection either, so its connections are left alone and continue with it.
 */
export function cutHungConnections(url: string, connections: readonly Redis[], log?: Log): NodeJS.Timeout {
  const watches = connections.map((redis) => watchOf(url, redis, log));
  return setInterval(() => watches.forEach((look) => look()), lookEveryMs).unref();
}

function watchOf(url: string, redis: Redis, log: Log | undefined): () => void {
  let askedAt: number | undefined;
  const answered = (): void => {
    askedAt = undefined;
  };
  const cutIfReplaced = async (): Promise<void> => {
    if (!(await reachesPrimary(url)) || askedAt === undefined) return;
    log?.warn('a Redis connection hangs while a new one works: it is replaced');
    answered();
    redis.disconnect(true);
  };
  return () => {
    // In all other states ioredis is already connecting again.
    if (redis.status !== 'ready' && redis.status !== 'connect') return;
    if (askedAt === undefined) {
      askedAt = performance.now();
      redis.ping().then(answered, answered);
    } else if (performance.now() - askedAt > hungAfterMs) void cutIfReplaced();
  };
}

async function reachesPrimary(url: string): Promise<boolean> {
  try {
    requirePrimary(await serverInfo(url, 'replication', freshMs));
    return true;
  } catch {
    return false;
  }
}
