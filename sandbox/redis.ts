import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, PortTaken } from './listen.ts';
import { type End, endOf, stopProcess } from './process-end.ts';

export interface RedisServer {
  readonly url: string;
  /** Resolves when the first server process has exited for any reason. */
  readonly ended: Promise<End>;
  /** Sends SIGKILL: nothing more is written, and the files on disk stay. */
  readonly crash: () => Promise<void>;
  /** Starts the server again after a crash, on the same port. `empty` deletes its files first. */
  readonly restart: (how?: { readonly empty: boolean }) => Promise<void>;
  /** Sends SIGSTOP: connections stay open, and what is sent waits until `resume`. */
  readonly suspend: () => void;
  readonly resume: () => void;
  readonly close: () => Promise<void>;
}

/** Another program can take a free port before redis-server opens it. */
const maxPortAttempts = 5;

/** Starts a redis-server on a free loopback port, with its files in a temporary folder. */
export async function startRedisServer(options: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-redis-'));
  const { port, flags, first } = await onFreePort(['--save', '', '--dir', folder, ...options]);
  let server = first.child;
  const killOnExit = (): boolean => server.kill('SIGKILL');
  process.once('exit', killOnExit);
  return {
    url: `redis://127.0.0.1:${port}`,
    ended: first.ended,
    crash: async () => stopProcess(server),
    restart: async ({ empty } = { empty: false }) => {
      if (empty) {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder);
      }
      server = (await running(flags)).child;
    },
    suspend: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    close: async () => {
      process.off('exit', killOnExit);
      await stopProcess(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onFreePort(
  options: readonly string[],
  attempt = 1,
): Promise<{ readonly port: number; readonly flags: readonly string[]; readonly first: Server }> {
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', ...options];
  try {
    return { port, flags, first: await running(flags) };
  } catch (error) {
    if (attempt === maxPortAttempts || !(error instanceof PortTaken)) throw error;
    return onFreePort(options, attempt + 1);
  }
}

interface Server {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
}

/** Waits for the server's own ready message, because another program might answer on the port. */
async function running(flags: readonly string[]): Promise<Server> {
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  const end = endOf(server, () => output);
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-2_000);
      if (output.includes('Ready to accept connections')) resolve();
    });
    server.once('error', () =>
      reject(
        new Error('redis-server is not installed: run `apt-get install -y redis-server`, or set REDIS_URL'),
      ),
    );
    server.once('close', (code) => {
      const taken = output.includes('Address already in use') || output.includes('Failed listening');
      reject(taken ? new PortTaken(output) : new Error(`redis-server ended with code ${code}: ${output}`));
    });
  });
  return { child: server, ended: end };
}
