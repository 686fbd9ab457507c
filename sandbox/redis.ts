import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type End, endOf } from './ends.ts';

export interface RedisServer {
  readonly url: string;
  /** Resolves when the first server process has ended, whatever ended it. */
  readonly ended: Promise<End>;
  /** SIGKILL: nothing is written any more, what is on disk stays. */
  readonly crash: () => Promise<void>;
  /** Starts it again after a crash, on the same port and files; `empty`: without the files. */
  readonly restart: (how?: { readonly empty: boolean }) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Whatever else runs here may take a port between the moment it is found free and the moment it is used. */
const portsTried = 5;

/** A redis-server of one's own on a free loopback port, with its files in a folder that goes with it. */
export async function startRedisServer(options: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-redis-'));
  const { port, flags, first } = await onFreePort(['--save', '', '--dir', folder, ...options]);
  let server = first.child;
  const killOnExit = (): boolean => server.kill('SIGKILL');
  process.once('exit', killOnExit);
  return {
    url: `redis://127.0.0.1:${port}`,
    ended: first.ended,
    crash: async () => ended(server),
    restart: async ({ empty } = { empty: false }) => {
      if (empty) {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder);
      }
      server = (await running(flags)).child;
    },
    close: async () => {
      process.off('exit', killOnExit);
      await ended(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onFreePort(
  options: readonly string[],
  tried = 1,
): Promise<{ readonly port: number; readonly flags: readonly string[]; readonly first: Server }> {
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', ...options];
  try {
    return { port, flags, first: await running(flags) };
  } catch (error) {
    if (tried === portsTried || !(error instanceof PortTaken)) throw error;
    return onFreePort(options, tried + 1);
  }
}

class PortTaken extends Error {}

interface Server {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
}

/** Waits until the server itself says that it is ready: somebody else might answer on its port. */
async function running(flags: readonly string[]): Promise<Server> {
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  const end = endOf(server, () => said);
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-2_000);
      if (said.includes('Ready to accept connections')) resolve();
    });
    server.once('error', () =>
      reject(
        new Error('redis-server is not installed: run `apt-get install -y redis-server`, or set REDIS_URL'),
      ),
    );
    server.once('close', (code) => {
      const taken = said.includes('Address already in use') || said.includes('Failed listening');
      reject(taken ? new PortTaken(said) : new Error(`redis-server ended with code ${code}: ${said}`));
    });
  });
  return { child: server, ended: end };
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
