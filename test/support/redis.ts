import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './until.ts';

export interface TestRedis {
  readonly url: string;
  readonly client: Redis;
  readonly pid: number;
  readonly close: () => Promise<void>;
}

/** A Redis server of one's own on a free port, gone with the test. */
export async function startRedis(options: readonly string[] = [], port?: number): Promise<TestRedis> {
  const chosen = port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'relight-redis-'));
  const server = spawn(
    'redis-server',
    ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...options],
    { stdio: 'ignore' },
  );
  const url = `redis://127.0.0.1:${chosen}`;
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await until(async () => (await client.ping()) === 'PONG', 'redis-server to answer');
  return {
    url,
    client,
    pid: server.pid ?? 0,
    close: async () => {
      client.disconnect();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
