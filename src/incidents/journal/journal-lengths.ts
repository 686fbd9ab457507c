import type { Redis } from 'ioredis';

/** The lengths of the journals of all open incidents, by id: one read tells which of them grew. */
export const lengthsKey = '{relight}:journal-heads';

/** Whether a journal may still be as this process knows it, without reading it. */
export interface JournalLengths {
  readonly isCurrent: (id: string, length: number) => Promise<boolean>;
}

/** Several sweeps run at the same time, and share the read. */
const sharedMs = 1_000;

export function createJournalLengths(redis: Redis): JournalLengths {
  let last:
    | { readonly until: number; readonly lengths: Promise<Readonly<Record<string, string>>> }
    | undefined;
  const lengths = async (): Promise<Readonly<Record<string, string>>> => {
    if (last === undefined || performance.now() >= last.until) {
      const read = { until: performance.now() + sharedMs, lengths: redis.hgetall(lengthsKey) };
      last = read;
      read.lengths.catch(() => {
        // A failed read is not kept.
        if (last === read) last = undefined;
      });
    }
    return last.lengths;
  };
  return { isCurrent: async (id, length) => (await lengths())[id] === String(length) };
}
