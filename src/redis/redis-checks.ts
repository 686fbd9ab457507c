import { Redis } from 'ioredis';
import { OpsError } from '../errors.ts';
import { createHalts, requireNoHalt } from '../incidents/halt/halts.ts';
import { readInfo, requireNoEviction, unreachable } from './connection.ts';
import { createHaltStore } from './halt-store.ts';

/** One Redis check of `relight doctor`; throws an error that says how to fix the problem. */
export interface RedisProbe {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** BullMQ refuses less than 5.0 and recommends 6.2: https://docs.bullmq.io/guide/redis-tm-hosting */
const minVersion = [6, 2] as const;

export function redisProbes(url: string): readonly RedisProbe[] {
  return [
    { name: 'answers', run: async () => void (await info(url, 'server')) },
    { name: 'version 6.2 or newer', run: async () => requireVersion(await info(url, 'server')) },
    { name: 'maxmemory-policy noeviction', run: async () => requireNoEviction(await info(url, 'memory')) },
    { name: 'takes writes', run: async () => requireWritable(await info(url, 'replication')) },
    { name: 'one server, no cluster', run: async () => requireAlone(await info(url, 'cluster')) },
    { name: 'room in memory', run: async () => requireRoom(await info(url, 'memory')) },
    { name: 'append-only file', run: async () => requireAppendOnly(await info(url, 'persistence')) },
    { name: 'changes are not halted', run: async () => ask(url, requireNotHalted) },
  ];
}

async function requireNotHalted(redis: Redis): Promise<void> {
  const shared = createHaltStore(redis);
  await requireNoHalt(createHalts({ shared, local: () => undefined, clock: { now: () => Date.now() } }));
}

async function info(url: string, section: string): Promise<ReadonlyMap<string, string>> {
  return ask(url, async (redis) => readInfo(await redis.info(section)));
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } catch (cause) {
    throw cause instanceof OpsError ? cause : unreachable(url, cause);
  } finally {
    redis.disconnect();
  }
}

function requireVersion(server: ReadonlyMap<string, string>): void {
  const version = server.get('redis_version') ?? '0.0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < minVersion[0] || (major === minVersion[0] && minor < minVersion[1]))
    throw new OpsError(
      'config-invalid',
      `REDIS_URL points at Redis ${version}; BullMQ needs ${minVersion.join('.')} or newer`,
    );
}

function requireAppendOnly(persistence: ReadonlyMap<string, string>): void {
  if (persistence.get('aof_enabled') !== '1')
    throw new OpsError(
      'redis-policy',
      'appendonly is off, so a Redis restart loses open incidents; run `redis-cli config set appendonly yes`',
    );
}

function requireWritable(replication: ReadonlyMap<string, string>): void {
  if (replication.get('role') !== 'master')
    throw new OpsError(
      'config-invalid',
      `REDIS_URL points at a replica of ${replication.get('master_host') ?? 'another Redis'}, which accepts no writes; use that server instead`,
    );
}

function requireAlone(cluster: ReadonlyMap<string, string>): void {
  if (cluster.get('cluster_enabled') === '1')
    throw new OpsError(
      'config-invalid',
      'REDIS_URL points at a node of a Redis Cluster, which redirects Relight to other nodes; use a standalone Redis',
    );
}

/** With noeviction, a full Redis refuses every write. */
const maxUsed = 0.9;

function requireRoom(memory: ReadonlyMap<string, string>): void {
  const [used, most] = ['used_memory', 'maxmemory'].map((key) => Number(memory.get(key) ?? 0));
  if (used === undefined || most === undefined || most === 0 || used / most < maxUsed) return;
  throw new OpsError(
    'redis-policy',
    `Redis uses ${Math.round((used / most) * 100)} % of its maxmemory and refuses writes when full; raise it with \`redis-cli config set maxmemory\``,
  );
}
