import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

export interface RedisServer {
  readonly url: string;
  /** SIGKILL: nothing is written any more, what is on disk stays. */
  readonly crash: () => Promise<void>;
  /** Starts it again after a crash, on the same port and files. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A redis-server of one's own on a free loopback port, with its files in a folder that goes with it. */
export async function startRedisServer(options: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'relight-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...options];
  let server = await running(flags, url);
  const killOnExit = (): boolean => server.kill('SIGKILL');
  process.once('exit', killOnExit);
  return {
    url,
    crash: async () => ended(server),
    restart: async () => {
      server = await running(flags, url);
    },
    close: async () => {
      process.off('exit', killOnExit);
      await ended(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function running(flags: readonly string[], url: string): Promise<ChildProcess> {
  const server = spawn('redis-server', flags, { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    server.once('error', () =>
      reject(
        new Error('redis-server is not installed: run `apt-get install -y redis-server`, or set REDIS_URL'),
      ),
    );
    server.once('exit', (code) =>
      reject(new Error(`redis-server ended with code ${code}: is the port of ${url} in use?`)),
    );
  });
  // After the start an exit is expected; without this line it would count as an unhandled rejection.
  failed.catch(() => undefined);
  await Promise.race([answers(url), failed]);
  return server;
}

async function answers(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}

/** Kills the process unless it is gone already, and waits for its end. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
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
          : reject(new Error('no free port')),
      );
    });
  });
}
