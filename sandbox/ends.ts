import type { ChildProcess } from 'node:child_process';
import { plainLine } from '../src/sanitize/plain-text.ts';

/** How a process ended. */
export interface End {
  /** `exit code 1` or `signal SIGKILL`. */
  readonly how: string;
  /** The last line that it wrote; empty when it wrote none. */
  readonly lastLine: string;
}

const longestLine = 400;

/** Resolves when the process has ended and everything that it wrote has been read. */
export function endOf(child: ChildProcess, output: () => string): Promise<End> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      const lines = output().split('\n');
      const lastLine = (lines.findLast((line) => line.trim() !== '') ?? '').trim().slice(0, longestLine);
      resolve({ how: signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`, lastLine });
    });
  });
}

/** What a person reads when a process of the demo has ended by itself. */
export function endInWords(name: string, { how, lastLine }: End, remedy: string): string {
  const said = lastLine === '' ? 'It wrote nothing.' : `Its last line: ${plainLine(lastLine)}`;
  return `${name} ended unexpectedly (${how}), so the demo stops. ${said} ${remedy}`;
}
