import type { LinesFrom } from '../archive/archive-writer.ts';
import { workspace } from '../trail/export-trail.ts';
import { type Finding, type Found, finding, timeOf } from './finding.ts';
import { readLine } from './sound-line.ts';

/** The journals in Redis, which should be those in the vault and what was written in the last seconds. */
export interface RedisJournals {
  readonly linesFrom: LinesFrom;
  /** All incidents, open and closed. */
  readonly ids: () => Promise<readonly string[]>;
}

/** Compares the lines of one journal in the vault with Redis, object by object. */
export interface RedisCheck {
  readonly object: (lines: readonly string[]) => Promise<void>;
  /** `closed`: whether the incident is closed according to the vault. */
  readonly end: (closed: boolean, now: number) => Promise<void>;
}

/** Longer than the worker takes to copy an entry. */
const copiedWithinMs = 60_000;

export const noRedisCheck: RedisCheck = { object: async () => undefined, end: async () => undefined };

export function createRedisCheck(redis: RedisJournals, journal: string, found: Found): RedisCheck {
  let count = 0;
  /** How many of these entries Redis has. */
  let inRedis = 0;
  let differs = false;
  return {
    object: async (lines) => {
      const others = await redis.linesFrom(journal, count, lines.length);
      const other = others.findIndex((line, index) => line !== lines[index]);
      if (other !== -1 && !differs) {
        differs = true;
        found('redis-differs', `entry ${count + other} in Redis is not the one in the vault`);
      }
      count += lines.length;
      inRedis += others.length;
    },
    end: async (closed, now) => {
      // A closed incident leaves Redis after a while.
      const hasLeft = closed && inRedis === 0;
      if (inRedis < count && !hasLeft) found('redis-lost', `Redis has ${inRedis} of its ${count} entries`);
      const [next] = await redis.linesFrom(journal, count, 1);
      if (next !== undefined && !differs && isLate(next, now))
        found('not-archived', `entry ${count} is in Redis since ${timeIn(next)} and not in the vault`);
    },
  };
}

/** Journals of which the vault has nothing at all. */
export async function unknownToVault(
  redis: RedisJournals,
  known: ReadonlySet<string>,
  now: number,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const journal of [...(await redis.ids()), workspace]) {
    const [line] = known.has(journal) ? [] : await redis.linesFrom(journal, 0, 1);
    if (line !== undefined && isLate(line, now))
      findings.push(
        finding('not-archived', journal, `the vault has nothing of it; Redis has it since ${timeIn(line)}`),
      );
  }
  return findings;
}

/** A line that cannot be read never gets into the vault. */
function isLate(line: string, now: number): boolean {
  const at = readLine(line)?.at;
  return at === undefined || now - at > copiedWithinMs;
}

function timeIn(line: string): string {
  const at = readLine(line)?.at;
  return at === undefined ? 'an unknown time' : timeOf(at);
}
