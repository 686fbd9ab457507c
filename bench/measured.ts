import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

export interface Measured {
  readonly seconds: number;
  /** The sum over all processes. */
  readonly cpuSeconds: number;
  /** The peak of the largest process. */
  readonly peakBytes: number;
  readonly output: string;
}

const sampleEveryMs = 25;
/** The unit of CPU times in /proc: sysconf(_SC_CLK_TCK). */
const ticksPerSecond = 100;

interface ProcessUsage {
  readonly ticks: number;
  readonly peakBytes: number;
}

/**
 * Runs a command on the given cores, and samples it and its child processes in /proc. `exits` lists the exit codes that
 * count as success.
 */
export async function measure(
  cores: string,
  [command, ...args]: readonly [string, ...string[]],
  exits: readonly number[] = [0],
): Promise<Measured> {
  const started = performance.now();
  const child = spawn('taskset', ['-c', cores, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const seen = new Map<number, ProcessUsage>();
  const sample = (): void => {
    for (const pid of child.pid === undefined ? [] : withChildren(child.pid)) sampleProcess(pid, seen);
  };
  const timer = setInterval(sample, sampleEveryMs);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]).finally(() => clearInterval(timer));
  const seconds = (performance.now() - started) / 1_000;
  if (code === null || !exits.includes(code))
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors.slice(-500)}`);
  const all = [...seen.values()];
  return {
    seconds,
    cpuSeconds: all.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
    peakBytes: Math.max(0, ...all.map(({ peakBytes }) => peakBytes)),
    output,
  };
}

/** A process may exit at any moment; its last sample is kept. */
function sampleProcess(pid: number, seen: Map<number, ProcessUsage>): void {
  const status = contentOf(`/proc/${pid}/status`);
  const stat = contentOf(`/proc/${pid}/stat`);
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  // After the name in parentheses, the 12th and 13th fields are the times in user and kernel mode.
  const [, fields = ''] = /\) (.*)/.exec(stat) ?? [];
  const [user = '0', system = '0'] = fields.split(' ').slice(11, 13);
  if (peak !== undefined)
    seen.set(pid, { ticks: Number(user) + Number(system), peakBytes: Number(peak) * 1_024 });
}

function withChildren(pid: number): readonly number[] {
  const children = contentOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
