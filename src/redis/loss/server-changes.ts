import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/ports.ts';
import { key } from '../keys.ts';
import { readInfo } from '../server/ask-server.ts';

const serverKey = key('server');

/** KEYS server; ARGV run ID, now. Answers since when this server is the one that is used; 0 for the first one. */
const script = `
local known = redis.call('HGET', KEYS[1], 'run')
if known == ARGV[1] then return redis.call('HGET', KEYS[1], 'since') end
local since = known and ARGV[2] or '0'
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'since', since)
return since`;

/**
 * When another Redis server took over, in ms; 0 if the first one is still used. After a failover, and after a restart
 * without an fsync for each write, the last writes may be lost although everything else is there:
 * https://redis.io/docs/latest/operate/oss_and_stack/management/replication/. Every process looks when it connects again.
 */
export type ServerChangedAt = () => Promise<number>;

export function createServerChanges(redis: Redis, clock: Clock): ServerChangedAt {
  const look = async (): Promise<number> =>
    Number(await redis.eval(script, 1, serverKey, await runIdOf(redis), clock.now()));
  let looked: Promise<number> | undefined;
  redis.on('ready', () => {
    looked = undefined;
  });
  return async () => {
    looked ??= look();
    try {
      return await looked;
    } catch (error) {
      looked = undefined;
      throw error;
    }
  };
}

/** Without permission for INFO, every connection counts as one to another server. */
async function runIdOf(redis: Redis): Promise<string> {
  const info = readInfo(await redis.info('server').catch(() => ''));
  return info.get('run_id') ?? randomUUID();
}
