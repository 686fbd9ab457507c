import { genesis } from '../chain.ts';
import type { Found } from './finding.ts';
import type { SoundLine } from './sound-line.ts';

/** Edited, missing, repeated, moved and forked entries. */
export function checkOrder(found: Found) {
  let expected = 0;
  /** Undefined after an entry that says nothing reliable about the next. */
  let prev: string | undefined = genesis;
  const hashes: (string | undefined)[] = [];
  const missing = new Set<number>();
  const late = ({ seq, hash }: SoundLine): void => {
    if (missing.delete(seq)) found('reorder', `entry ${seq} comes after entry ${expected - 1}`);
    else if (hashes[seq] === hash) found('insert', `entry ${seq} is there again after entry ${expected - 1}`);
    else found('fork', `there is another entry ${seq} after entry ${expected - 1}`);
    hashes[seq] ??= hash;
  };
  return {
    expected: (): number => expected,
    line: (sound: SoundLine | undefined): void => {
      if (sound === undefined) {
        found('edit', `entry ${expected} does not match its hash`);
        expected += 1;
        prev = undefined;
        return;
      }
      if (sound.seq < expected) return late(sound);
      for (; expected < sound.seq; expected += 1) {
        missing.add(expected);
        prev = undefined;
      }
      if (prev !== undefined && prev !== sound.prev)
        found('edit', `entry ${sound.seq} does not continue the entry before it`);
      hashes[sound.seq] = sound.hash;
      expected = sound.seq + 1;
      prev = sound.hash;
    },
    end: (): void => {
      if (missing.size > 0)
        found('delete', `${missing.size} entries are missing, the first is entry ${[...missing][0]}`);
    },
  };
}

/** Entries are in order by their numbers; a clock that was wrong is only worth a warning. */
export function checkClock() {
  let last = Number.NEGATIVE_INFINITY;
  let back: { count: number; first: number; ms: number } | undefined;
  return {
    line: ({ seq, at }: SoundLine): void => {
      if (at < last)
        back = {
          count: (back?.count ?? 0) + 1,
          first: back?.first ?? seq,
          ms: Math.max(back?.ms ?? 0, last - at),
        };
      last = at;
    },
    warning: (): string[] =>
      back === undefined
        ? []
        : [
            `the clock went back ${back.count} times, at most ${back.ms} ms, first before entry ${back.first}`,
          ],
  };
}
