import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { z } from 'zod';
import type { HasRegion } from './aws-ledger.ts';
import type { HasSlack } from './responder.ts';
import { until } from './until.ts';

const Ready = z.object({ slack: z.string(), aws: z.string(), http: z.string(), redis: z.string() });

/** A demo started by its shell command. */
export interface Demo extends HasSlack, HasRegion {
  readonly redis: { readonly url: string };
  readonly readyAt: number;
  readonly output: () => string;
  /** Kills the demo process whose command line contains this text. */
  readonly kill: (command: string) => void;
  /** Resolves with the exit code of the demo. */
  readonly ended: Promise<number | null>;
  readonly close: () => Promise<void>;
}

/** Options with free ports, so that several demos can run at once. */
export async function freePorts(): Promise<string> {
  const [slack, aws, http] = [await portToKeep(), await portToKeep(), await portToKeep()];
  return `--slack-port ${slack} --aws-port ${aws} --http-port ${http}`;
}

/**
 * What is started opens its ports seconds later. Until then, other tests may get any port that Linux gives out by itself, which
 * are those from 32768 on.
 */
export async function portToKeep(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  return (await isFree(port)) ? port : portToKeep();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Runs a command until it exits; returns its exit code and output. */
export async function runToEnd(
  command: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { ended, output, stop } = startCommand(command);
  const code = await ended;
  await stop();
  return { code, output: output() };
}

/** Runs the command in a shell without REDIS_URL, and waits for the demo's `ready` line. */
export async function startDemo(command: string): Promise<Demo> {
  const { child, output, ended, stop } = startCommand(command);
  const ready = await untilReady(child, output).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const { slack, aws, redis } = ready;
  const at = { slack: { url: slack }, region: { url: aws }, redis: { url: redis } };
  const kill = (command: string): void => killInGroup(child.pid ?? 0, command);
  return { ...at, readyAt: Date.now(), output, kill, ended, close: stop };
}

interface StartedCommand {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

function startCommand(command: string): StartedCommand {
  const { REDIS_URL: _, ...env } = process.env;
  // A separate process group, so that npm, its shell and the demo stop together.
  const child = spawn('sh', ['-c', command], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const output = (): string => chunks.join('');
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const killOnExit = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', killOnExit);
  const stop = async (): Promise<void> => {
    process.off('exit', killOnExit);
    signalGroup(child, 'SIGTERM');
    const late = setTimeout(() => signalGroup(child, 'SIGKILL'), 20_000);
    await ended;
    clearTimeout(late);
  };
  return { child, output, ended, stop };
}

async function untilReady(child: ChildProcess, output: () => string): Promise<z.infer<typeof Ready>> {
  return until(() => {
    const line = /^ready (\{.*\})$/m.exec(output())?.[1];
    if (line !== undefined) return Ready.parse(JSON.parse(line));
    if (child.exitCode !== null) throw new Error(`the demo ended before it was ready:\n${output()}`);
    return undefined;
  }, 'the demo to be ready');
}

function killInGroup(group: number, command: string): void {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (pid) => groupOf(pid) === group && fileOf(pid, 'cmdline').replaceAll('\0', ' ').includes(command),
    );
  if (found.length !== 1) throw new Error(`${found.length} processes of the demo run "${command}"`);
  process.kill(Number(found[0]), 'SIGKILL');
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: state, parent and group follow the name in parentheses. */
function groupOf(pid: string): number {
  const [, , group = ''] = fileOf(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(group);
}

/** Returns an empty string if the process has exited since it was listed. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function signalGroup({ pid, exitCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has already exited.
  }
}
