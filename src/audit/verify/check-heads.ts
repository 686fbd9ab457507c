import type { ArchivedState } from '../archive/archive-keys.ts';
import { type Head, isSignedHead, nextLines, noLines } from '../archive/heads.ts';
import type { VerifyKeys } from './check-proofs.ts';
import { type Found, timeOf } from './finding.ts';
import type { SoundLine } from './sound-line.ts';

/** The entries are those that the signed heads saw, and none after them was removed. */
export function checkHeads(heads: readonly Head[], keys: VerifyKeys, found: Found) {
  const bySeq = new Map(heads.map((head) => [head.seq, head]));
  const isSigned = (head: Head): boolean => !keys.hasHeadKey || isSignedHead(keys.proofs, head);
  let [count, lines, covered] = [0, noLines, -1];
  let differs = false;
  for (const head of heads)
    if (!isSigned(head))
      found('head', `the head of entry ${head.seq} is not signed by a process that takes clicks`);
  return {
    line: (text: string, sound: SoundLine | undefined): void => {
      lines = nextLines(lines, text);
      const head = bySeq.get(count);
      count += 1;
      if (head === undefined) return;
      if (head.hash === sound?.hash && head.lines === lines) {
        if (isSigned(head)) covered = head.seq;
      } else if (!differs) {
        differs = true;
        found('fork', `the entries up to ${head.seq} are not those that a head saw at ${timeOf(head.at)}`);
      }
    },
    /** The number of the newest entry that a head covers. */
    end: (): number => {
      const newest = heads.at(-1);
      if (newest !== undefined && newest.seq >= count)
        found(
          'truncation',
          `it ends at entry ${count - 1}, but its newest head, of ${timeOf(newest.at)}, covers entry ${newest.seq}`,
        );
      return covered;
    },
  };
}

/** The objects that tell which incidents are open agree with the entries. */
export function checkStates(states: ReadonlyMap<number, ArchivedState>, found: Found) {
  const open = new Map(states);
  let closed = false;
  return {
    closed: (): boolean => closed,
    line: ({ seq, event }: SoundLine): void => {
      const type = typeIn(event);
      if (type === 'closed' || type === 'reopened') closed = type === 'closed';
      if (open.get(seq) === type) open.delete(seq);
    },
    end: (): void => {
      for (const [seq, state] of open)
        found('state', `the vault calls it ${state} by entry ${seq}, which does not say so`);
    },
  };
}

function typeIn(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
}
