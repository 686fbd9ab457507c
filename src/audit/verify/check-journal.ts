import type { ArchivedState } from '../archive/archive-keys.ts';
import type { Head } from '../archive/heads.ts';
import { checkHeads, checkStates } from './check-heads.ts';
import { checkClock, checkOrder } from './check-order.ts';
import { checkProofs, type VerifyKeys } from './check-proofs.ts';
import { type Finding, type FindingKind, type Found, finding, warning } from './finding.ts';
import { readLine } from './sound-line.ts';

/** What else the vault says about a journal, by the number of an entry. */
export interface JournalClaims {
  readonly heads: readonly Head[];
  readonly states: ReadonlyMap<number, ArchivedState>;
}

export interface JournalReport {
  readonly journal: string;
  readonly lines: number;
  readonly findings: readonly Finding[];
}

/** Takes the lines of one journal in the order in which the vault has them, and tells in the end what is wrong. */
export interface JournalCheck {
  readonly line: (text: string) => void;
  /** The number of the entry that comes next if nothing is wrong. */
  readonly expected: () => number;
  /** Whether the incident is closed by the entries so far. */
  readonly isClosed: () => boolean;
  readonly found: Found;
  readonly end: () => JournalReport;
}

/** Of each kind in one journal: after a damage, much else does not match either. */
const maxOfKind = 5;

export function createJournalCheck(journal: string, claims: JournalClaims, keys: VerifyKeys): JournalCheck {
  const list = createFindings(journal);
  const order = checkOrder(list.found);
  const proofs = checkProofs(journal, keys, list.found);
  const heads = checkHeads(claims.heads, keys, list.found);
  const states = checkStates(claims.states, list.found);
  const clock = checkClock();
  return {
    expected: order.expected,
    isClosed: states.closed,
    found: list.found,
    line: (text) => {
      const sound = readLine(text);
      heads.line(text, sound);
      order.line(sound);
      if (sound === undefined) return;
      proofs.line(sound);
      states.line(sound);
      clock.line(sound);
    },
    end: () => {
      order.end();
      states.end();
      const covered = heads.end();
      const unproven = proofs.unproven();
      const isAttested = unproven !== undefined && unproven.last <= covered;
      if (unproven !== undefined && !isAttested) list.found('unproven', unproven.says);
      const attested = isAttested ? [`${unproven.says}, but a signed head covers them`] : [];
      return {
        journal,
        lines: order.expected(),
        findings: [
          ...list.all(),
          ...attested.map((says) => warning('unproven', journal, says)),
          ...clock.warning().map((says) => warning('clock', journal, says)),
        ],
      };
    },
  };
}

interface Findings {
  readonly found: Found;
  readonly all: () => readonly Finding[];
}

function createFindings(journal: string): Findings {
  const found: Finding[] = [];
  const more = new Map<FindingKind, number>();
  return {
    found: (kind, says) => {
      if (found.filter((one) => one.kind === kind).length < maxOfKind)
        found.push(finding(kind, journal, says));
      else more.set(kind, (more.get(kind) ?? 0) + 1);
    },
    all: () => [
      ...found,
      ...[...more].map(([kind, count]) => finding(kind, journal, `${count} more of this kind`)),
    ],
  };
}
