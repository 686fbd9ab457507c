import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Wanted } from './main.ts';
import type { Counts } from './serve.ts';

export interface StandIn {
  readonly endpoint: string;
  /** Forgets what was counted; every answer from now on waits so long. */
  readonly reset: (delayMs?: number) => Promise<void>;
  readonly counts: () => Promise<Counts>;
  readonly stop: () => void;
}

/** A process of its own, so that its work is not counted as the work of what it serves. */
export async function startStandIn(wanted: Wanted): Promise<StandIn> {
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [JSON.stringify(wanted)]);
  const [port]: unknown[] = await once(child, 'message');
  const endpoint = `http://127.0.0.1:${Number(port)}`;
  return {
    endpoint,
    reset: async (delayMs = 0) =>
      void (await fetch(`${endpoint}/_bench/reset?ms=${delayMs}`, { method: 'POST' })),
    // What this bench's own server writes.
    counts: async () => (await (await fetch(`${endpoint}/_bench/counts`)).json()) as Counts,
    stop: () => child.disconnect(),
  };
}
