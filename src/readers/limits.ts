/** What a reader and its watchdog share: an Int32Array with these fields. */
export const fields = { moved: 0, memoryMb: 1, cpuMs: 2 } as const;

export type Shared = Int32Array<SharedArrayBuffer>;

/** The watchdog ends its process with the signal that names the reason. */
export const signals = { memory: 'SIGUSR2', time: 'SIGXCPU' } as const;

export interface Limits {
  /** Resident memory of the process. */
  readonly memoryMb: number;
  /** Processor time without progress: it does not pass faster on a busy machine, as time on a clock does. */
  readonly cpuMs: number;
}

const mb = 1024 * 1024;

/** For work that reads line by line: one line has 16 MB at most, but a fix keeps a hash of each record. */
export const usual: Limits = { memoryMb: 4_096, cpuMs: 8_000 };

/** For a part of which the size is known: the memory that the process has now, and some times the size. */
export function limitsFor(bytes: number, residentBytes: number): Limits {
  return {
    memoryMb: Math.ceil(residentBytes / mb + 160 + (6 * bytes) / mb),
    cpuMs: 4_000 + Math.ceil(bytes / (4 * mb)) * 1_000,
  };
}
