/** Runs work for the same key one at a time, within this process. */
export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Not a lock: work that has waited for `patienceMs` starts anyway. It avoids writes that would lose the race within this
 * process; correctness comes from the compare-and-set in Redis.
 */
export function createOneAtATime(patienceMs: number): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const mine = before === undefined ? work() : within(patienceMs, before).then(work);
    const ended = mine.catch(() => undefined);
    last.set(key, ended);
    try {
      return await mine;
    } finally {
      if (last.get(key) === ended) last.delete(key);
    }
  };
}

async function within(ms: number, before: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    void before.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
