import type { Redis } from 'ioredis';

/** The lengths of the journals of all open incidents, by id: one read tells which of them grew. */
export const headsKey = '{relight}:journal-heads';

/** Whether a journal may still be as this process knows it, without reading it. */
export interface Heads {
  readonly isCurrent: (id: string, length: number) => Promise<boolean>;
}

/** Several sweeps run at the same time, and share the read. */
const sharedMs = 1_000;

export function createHeads(redis: Redis): Heads {
  let last: { readonly until: number; readonly heads: Promise<Readonly<Record<string, string>>> } | undefined;
  const heads = async (): Promise<Readonly<Record<string, string>>> => {
    if (last === undefined || performance.now() >= last.until) {
      const read = { until: performance.now() + sharedMs, heads: redis.hgetall(headsKey) };
      last = read;
      read.heads.catch(() => {
        // A failed read is not kept.
        if (last === read) last = undefined;
      });
    }
    return last.heads;
  };
  return { isCurrent: async (id, length) => (await heads())[id] === String(length) };
}
