import type { ChildProcess } from 'node:child_process';
import { plainLine } from '../src/sanitize/plain-text.ts';

/** How a process ended. */
export interface End {
  /** `exit code 1` or `signal SIGKILL`. */
  readonly how: string;
  /** The last line of its output; empty if there was none. */
  readonly lastLine: string;
}

const maxLineLength = 400;

/** Resolves when the process has exited and all of its output has been read. */
export function endOf(child: ChildProcess, output: () => string): Promise<End> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      const lines = output().split('\n');
      const lastLine = (lines.findLast((line) => line.trim() !== '') ?? '').trim().slice(0, maxLineLength);
      resolve({ how: signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`, lastLine });
    });
  });
}

/** The error message for a demo process that exited unexpectedly. */
export function describeEnd(name: string, { how, lastLine }: End, remedy: string): string {
  const output = lastLine === '' ? 'It wrote nothing.' : `Its last line: ${plainLine(lastLine)}`;
  return `${name} ended unexpectedly (${how}), so the demo stops. ${output} ${remedy}`;
}

/** Signals the process unless it has already exited, and waits for it to exit. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
