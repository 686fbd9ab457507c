import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

export interface Measured {
  readonly seconds: number;
  /** Of all its processes together. */
  readonly cpuSeconds: number;
  /** Of the largest of its processes. */
  readonly peakBytes: number;
  readonly output: string;
}

const lookEveryMs = 25;
/** What the kernel counts time in, for /proc: sysconf(_SC_CLK_TCK). */
const ticksPerSecond = 100;

interface Seen {
  readonly ticks: number;
  readonly peakBytes: number;
}

/**
 * Runs a command to its end, on these cores only, and watches it and the processes it starts in /proc. `exits` are the
 * codes that are no failure.
 */
export async function measure(
  cores: string,
  [command, ...args]: readonly [string, ...string[]],
  exits: readonly number[] = [0],
): Promise<Measured> {
  const started = performance.now();
  const child = spawn('taskset', ['-c', cores, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const seen = new Map<number, Seen>();
  const look = (): void => {
    for (const pid of child.pid === undefined ? [] : withChildren(child.pid)) lookAt(pid, seen);
  };
  const timer = setInterval(look, lookEveryMs);
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

/** A process may be gone at any moment: then what was last seen of it stays. */
function lookAt(pid: number, seen: Map<number, Seen>): void {
  const status = contentOf(`/proc/${pid}/status`);
  const stat = contentOf(`/proc/${pid}/stat`);
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  // Behind the name in brackets: the 12th and 13th fields are the time in user mode and in the kernel.
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
