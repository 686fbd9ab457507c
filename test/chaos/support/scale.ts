import { randomInt } from 'node:crypto';
import { seededRandom } from '../../support/seeded-random.ts';

/** CHAOS_SHORT=1 plays a small part of everything, for CI. */
export const isShort = process.env['CHAOS_SHORT'] === '1';

/** Whether goals that depend on the machine must be met: the configuration of `npm run chaos` sets it for the long form. */
export const requiresTimes = process.env['CHAOS_LONG'] === '1';

/** Decides what fails when. The same seed plays the same faults again. */
export const seed = Number((process.env['CHAOS_SEED'] ??= String(randomInt(2 ** 31))));

/** How often to repeat something. */
export function times(all: number, short: number): number {
  return isShort ? short : all;
}

/** A random number generator for one test, so that a test can be replayed alone. */
export function diceFor(test: string): () => number {
  return seededRandom(seed ^ Buffer.from(test).reduce((sum, byte) => Math.imul(sum, 31) + byte, 7));
}
