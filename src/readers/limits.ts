/** The fields of the Int32Array that a reader shares with its watchdog. */
export const fields = { moved: 0, memoryMb: 1, cpuMs: 2 } as const;

export type Shared = Int32Array<SharedArrayBuffer>;

/** The watchdog kills its process with a signal that identifies the reason. */
export const signals = { memory: 'SIGUSR2', time: 'SIGXCPU' } as const;

export interface Limits {
  /** The process's resident memory. */
  readonly memoryMb: number;
  /** CPU time without progress. Unlike wall-clock time, it does not run out sooner on a busy machine. */
  readonly cpuMs: number;
}

const mb = 1024 * 1024;

/** For work that reads line by line. A line has at most 16 MB, but a fix keeps a hash of each record. */
export const usual: Limits = { memoryMb: 4_096, cpuMs: 8_000 };

/** For a part of known size: the memory in use now plus a multiple of the size. */
export function limitsFor(bytes: number, residentBytes: number): Limits {
  return {
    memoryMb: Math.ceil(residentBytes / mb + 160 + (6 * bytes) / mb),
    cpuMs: 1_500 + Math.ceil(bytes / (4 * mb)) * 1_000,
  };
}
