/** The messages that were taken, of all processes; `queue/seen-messages.ts` is the one. */
export interface Seen {
  readonly has: (id: string) => Promise<boolean>;
  readonly add: (id: string) => Promise<void>;
}

export type OnlyOnce = (id: string, work: () => Promise<void>) => Promise<void>;

/**
 * A message is marked only after its work is done: whatever fails or dies before that is done again when SNS sends it
 * again. Copies that arrive while the work is under way share its outcome. That holds within this process alone, since
 * a claim that outlives a crash could turn every further try of SNS away; between processes the work is idempotent.
 */
export function createOnlyOnce(seen: Seen): OnlyOnce {
  const underWay = new Map<string, Promise<void>>();
  return async (id, work) => {
    const running = underWay.get(id) ?? doOnce(seen, id, work).finally(() => underWay.delete(id));
    underWay.set(id, running);
    await running;
  };
}

async function doOnce(seen: Seen, id: string, work: () => Promise<void>): Promise<void> {
  if (await seen.has(id)) return;
  await work();
  await seen.add(id);
}
