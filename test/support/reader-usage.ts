import { readdirSync, readFileSync } from 'node:fs';

/** A process that reads files, as /proc shows it. */
export interface ReaderUsage {
  readonly pid: number;
  /** Peak resident memory. */
  readonly peakMb: number;
}

/** The reader processes of this process that are running now. */
export function runningReaders(): readonly ReaderUsage[] {
  return childrenOf(process.pid).flatMap((pid) => {
    const command = read(pid, 'cmdline');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(read(pid, 'status'))?.[1];
    return command.includes('reader-process') && peak !== undefined
      ? [{ pid, peakMb: Number(peak) / 1024 }]
      : [];
  });
}

function childrenOf(pid: number): readonly number[] {
  const lists = readdirSync(`/proc/${pid}/task`).map((thread) => read(pid, `task/${thread}/children`));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** Empty if the process or thread has just ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
