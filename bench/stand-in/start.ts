import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StandInOptions } from './main.ts';
import type { Counts } from './serve.ts';

export interface StandIn {
  readonly endpoint: string;
  /** Resets the counts and sets the delay of every response. */
  readonly reset: (delayMs?: number) => Promise<void>;
  readonly counts: () => Promise<Counts>;
  readonly stop: () => void;
}

/** Runs in a separate process, so that its CPU time is not attributed to its clients. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [JSON.stringify(options)]);
  const [port]: unknown[] = await once(child, 'message');
  const endpoint = `http://127.0.0.1:${Number(port)}`;
  return {
    endpoint,
    reset: async (delayMs = 0) =>
      void (await fetch(`${endpoint}/_bench/reset?ms=${delayMs}`, { method: 'POST' })),
    // The type of the benchmark's own server.
    counts: async () => (await (await fetch(`${endpoint}/_bench/counts`)).json()) as Counts,
    stop: () => child.disconnect(),
  };
}
