import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.ts';

interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the checkout like a new clone, plus uncommitted changes: no node_modules and no build output. */
export interface FreshClone {
  readonly folder: string;
  /** Runs a command line in a shell. */
  readonly run: (command: string, environment?: Readonly<Record<string, string>>) => Promise<CommandResult>;
  /** Starts a long-running command; resolves with a function that stops it as Ctrl-C does. */
  readonly start: (
    command: string,
    until: string,
    environment?: Readonly<Record<string, string>>,
  ) => Promise<() => Promise<CommandResult>>;
  readonly remove: () => Promise<void>;
}

export async function createFreshClone(): Promise<FreshClone> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-clone-'));
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const name of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(name, join(folder, name));
  }
  const shell = inShell(folder);
  return {
    folder,
    run: async (command, environment = {}) => shell(command, environment).ended,
    start: async (command, words, environment = {}) => {
      const running = shell(command, environment);
      await until(
        () => {
          if (running.child.exitCode !== null) throw new Error(`${command} ended: ${running.output()}`);
          return running.output().includes(words);
        },
        `${command} to print "${words}"`,
        900_000,
      );
      return async () => {
        process.kill(-(running.child.pid ?? 0), 'SIGINT');
        return running.ended;
      };
    },
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}

function inShell(cwd: string) {
  return (command: string, environment: Readonly<Record<string, string>>) => {
    const { PATH = '', HOME = '' } = process.env;
    // A separate process group, so that child processes of the shell get the signal too.
    const child = spawn('bash', ['-c', command], {
      cwd,
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const output = (): string => chunks.join('');
    const ended = new Promise<CommandResult>((resolve) => {
      child.once('close', (code) => resolve({ code, output: output() }));
    });
    return { child, output, ended };
  };
}
