import { readFileSync } from 'node:fs';
import { type Acked, quantile } from '../../test/support/slack-requests.ts';
import type { Listener } from './listener.ts';
import type { Contenders } from './world.ts';

export interface Measured {
  readonly name: string;
  readonly count: number;
  readonly refused: number;
  /** ms until the acknowledgment. */
  readonly relight: Percentiles;
  readonly bare: Percentiles;
  /** The time on a core per request, in ms, with what follows in the thread. It does not depend on other load. */
  readonly cpu: { readonly relight: number; readonly bare: number };
}

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

const perSecond = 50;

/**
 * Sends at a fixed rate, whether or not earlier requests were answered: a slow answer must not slow the clicks down.
 * Relight and bare Bolt get each request at the same moment, so that the machine is equally busy for both.
 */
export async function measure(
  { name, send }: Listener,
  seconds: number,
  { relight, bare }: Pick<Contenders, 'relight' | 'bare'>,
): Promise<Measured> {
  const count = Math.ceil(perSecond * seconds);
  const before = [cpuMs(relight.pid), cpuMs(bare.pid)] as const;
  const start = performance.now();
  const pairs = Array.from({ length: count }, async (_, n) => {
    await new Promise((resolve) => setTimeout(resolve, start + (n * 1_000) / perSecond - performance.now()));
    return Promise.all([timed(send(relight.requests, n)), timed(send(bare.requests, n))]);
  });
  const done = await Promise.all(pairs);
  return {
    name,
    count,
    refused: done.flat().filter(({ status }) => status !== 200).length,
    relight: percentiles(done.map(([one]) => one.ms)),
    bare: percentiles(done.map(([, other]) => other.ms)),
    cpu: {
      relight: (cpuMs(relight.pid) - before[0]) / count,
      bare: (cpuMs(bare.pid) - before[1]) / count,
    },
  };
}

/** A connection that is refused or times out counts as not acknowledged. */
async function timed(sending: Promise<Acked>): Promise<Acked> {
  const start = performance.now();
  return sending.catch(() => ({ status: 0, body: '', ms: performance.now() - start }));
}

/** Linux counts in hundredths of a second: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuMs(pid: number): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

function percentiles(numbers: readonly number[]): Percentiles {
  return { p50: quantile(numbers, 0.5), p99: quantile(numbers, 0.99) };
}
