/** Lets work of the same key begin one after the other, within this process. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * A courtesy, no lock: whoever has waited for so long begins all the same. It spares writers that would only find out
 * that somebody else was faster; who is right, the compare-and-set in Redis decides.
 */
export function createTurns(patienceMs: number): Turns {
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
