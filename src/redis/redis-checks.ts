import type { Redis } from 'ioredis';
import { OpsError } from '../errors.ts';
import { createHalts, requireNoHalt } from '../incidents/halt/halts.ts';
import { createHaltStore } from './halt-store.ts';
import { askServer, type Info, serverInfo } from './server/ask-server.ts';
import { requireDurable, requireNoEviction, requirePrimary } from './server/requirements.ts';

/** One Redis check of `relight doctor`; throws an error that says how to fix the problem. */
export interface RedisProbe {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** BullMQ refuses less than 5.0 and recommends 6.2: https://docs.bullmq.io/guide/redis-tm-hosting */
const minVersion = [6, 2] as const;

export function redisProbes(url: string): readonly RedisProbe[] {
  return [
    { name: 'answers', run: async () => void (await serverInfo(url, 'server')) },
    { name: 'version 6.2 or newer', run: async () => requireVersion(await serverInfo(url, 'server')) },
    {
      name: 'maxmemory-policy noeviction',
      run: async () => requireNoEviction(await serverInfo(url, 'memory')),
    },
    { name: 'takes writes', run: async () => requirePrimary(await serverInfo(url, 'replication')) },
    { name: 'one server, no cluster', run: async () => requireAlone(await serverInfo(url, 'cluster')) },
    { name: 'room in memory', run: async () => requireRoom(await serverInfo(url, 'memory')) },
    { name: 'append-only file', run: async () => requireDurable(await serverInfo(url, 'default')) },
    { name: 'changes are not halted', run: async () => askServer(url, requireNotHalted) },
  ];
}

async function requireNotHalted(redis: Redis): Promise<void> {
  const shared = createHaltStore(redis);
  await requireNoHalt(createHalts({ shared, local: () => undefined, clock: { now: () => Date.now() } }));
}

function requireVersion(server: Info): void {
  const version = server.get('redis_version') ?? '0.0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < minVersion[0] || (major === minVersion[0] && minor < minVersion[1]))
    throw new OpsError(
      'config-invalid',
      `REDIS_URL points at Redis ${version}; BullMQ needs ${minVersion.join('.')} or newer`,
    );
}

function requireAlone(cluster: Info): void {
  if (cluster.get('cluster_enabled') === '1')
    throw new OpsError(
      'config-invalid',
      'REDIS_URL points at a node of a Redis Cluster, which redirects Relight to other nodes; use a standalone Redis',
    );
}

/** With noeviction, a full Redis refuses every write. */
const maxUsed = 0.9;

function requireRoom(memory: Info): void {
  const [used, most] = ['used_memory', 'maxmemory'].map((key) => Number(memory.get(key) ?? 0));
  if (used === undefined || most === undefined || most === 0 || used / most < maxUsed) return;
  throw new OpsError(
    'redis-policy',
    `Redis uses ${Math.round((used / most) * 100)} % of its maxmemory and refuses writes when full; raise it with \`redis-cli config set maxmemory\``,
  );
}
