import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { Chain } from '../../incidents/journal/chain-port.ts';
import { canonical } from '../../ports/canonical.ts';
import type { VaultStore } from '../vault.ts';
import { type ArchivedState, linesKey, linesOf, stateKey, textOf } from './archive-keys.ts';
import { digestOf, findTail, type Tail, tailOf } from './archive-tail.ts';

/** Reads lines of a journal as stored in Redis: at most `count`, from the entry `first` on. */
export type LinesFrom = (journal: string, first: number, count: number) => Promise<readonly string[]>;

export interface ArchiveWriterDeps {
  readonly store: Pick<VaultStore, 'putOnce' | 'get' | 'keys'>;
  readonly linesFrom: LinesFrom;
  readonly chain: Pick<Chain, 'check' | 'genesis'>;
}

/** What the vault has of a journal after `catchUp`. */
export interface CaughtUp {
  /** How many lines the vault has. */
  readonly count: number;
  /** Whether Redis has fewer lines than the vault, because it was restored, emptied or replaced. */
  readonly redisIsBehind: boolean;
}

export interface ArchiveWriter {
  /**
   * Copies the lines that the vault lacks, and compares the last one that it has with Redis. Any number of processes may
   * do this at the same time. Throws `journal-forked` if the vault has another line, `journal-forged` if a line in Redis
   * was not written by this installation, and the errors of S3.
   */
  readonly catchUp: (journal: string) => Promise<CaughtUp>;
}

/** A signed head covers at most this many lines that the head before did not. */
export const maxLines = 100;
const maxCharacters = 1_000_000;
/** Far more than any journal has: ends a loop that makes no progress. */
const maxObjects = 10_000;
/** Journals whose end is remembered, and for how long after the last look. The end of any other is found in the vault. */
export const remembered = { max: 5_000, ttl: 15 * 60_000, ttlAutopurge: true } as const;

export function createArchiveWriter(deps: ArchiveWriterDeps): ArchiveWriter {
  const tails = new LRUCache<string, Tail>(remembered);
  return {
    catchUp: async (journal) => {
      let tail = tails.get(journal) ?? (await findTail(deps.store, journal, deps.chain.genesis));
      for (let objects = 0; objects < maxObjects; objects += 1) {
        const lines = await newLines(deps, journal, tail);
        if (lines === 'behind') {
          tails.delete(journal);
          return { count: tail.count, redisIsBehind: true };
        }
        tails.set(journal, tail);
        if (lines.length === 0) return { count: tail.count, redisIsBehind: false };
        tail = await writeLines(deps, journal, tail, lines);
      }
      throw new OpsError('journal-busy', journal);
    },
  };
}

/** The next lines, checked: Redis is not believed, and what is in the vault cannot be taken back. */
async function newLines(
  { linesFrom, chain }: ArchiveWriterDeps,
  journal: string,
  { count, hash, digest }: Tail,
): Promise<readonly string[] | 'behind'> {
  const known = Math.min(count, 1);
  const lines = await linesFrom(journal, count - known, maxLines + known);
  if (known === 1) {
    const [last] = lines;
    if (last === undefined) return 'behind';
    if (digestOf(last) !== digest) throw forked(journal, count - 1);
  }
  let prev = hash;
  return atMost(lines.slice(known)).map((line, index) => {
    const seq = count + index;
    prev = chain.check(parsed(line, journal, seq), { journal, seq, prev });
    return line;
  });
}

/** As many lines as one object takes, at least one. */
function atMost(lines: readonly string[]): readonly string[] {
  let characters = 0;
  const end = lines.findIndex((line, index) => {
    characters += line.length;
    return index > 0 && characters > maxCharacters;
  });
  return end === -1 ? lines : lines.slice(0, end);
}

const Stored = z.looseObject({ hash: z.string() });

function parsed(line: string, journal: string, seq: number): z.infer<typeof Stored> {
  try {
    return Stored.parse(JSON.parse(line));
  } catch (cause) {
    throw new OpsError('journal-forged', `entry ${seq} of ${journal} is not an entry`, { cause });
  }
}

async function writeLines(
  { store }: ArchiveWriterDeps,
  journal: string,
  { count: first }: Tail,
  lines: readonly string[],
): Promise<Tail> {
  const key = linesKey(journal, first);
  const body = textOf(lines);
  const outcome = await store.putOnce(key, body, 'application/jsonl');
  const text = outcome === 'different' ? await store.get(key) : body;
  const archived = linesOf(text ?? '') ?? [];
  // Another worker may have archived fewer lines, or more. A line that both have must be the same.
  const other = archived.findIndex((line, index) => index < lines.length && line !== lines[index]);
  if (other !== -1) throw forked(journal, first + other);
  const tail = tailOf(key, first, text);
  await markState(store, journal, first, archived);
  return tail;
}

/**
 * Written after the lines: if a crash comes in between, the incident counts as open, and whoever reads its lines sees that
 * it is closed.
 */
async function markState(
  store: Pick<VaultStore, 'putOnce'>,
  journal: string,
  first: number,
  lines: readonly string[],
): Promise<void> {
  const states = lines.map(stateIn);
  const index = states.findLastIndex((state) => state !== undefined);
  const state = states[index];
  if (state === undefined) return;
  const seq = first + index;
  await store.putOnce(stateKey(journal, seq, state), canonical({ journal, seq, state }));
}

const StateEvent = z.object({ event: z.object({ type: z.enum(['closed', 'reopened']) }) });

/** Whether the line closes or reopens its incident. */
export function stateIn(line: string): ArchivedState | undefined {
  return StateEvent.safeParse(JSON.parse(line)).data?.event.type;
}

function forked(journal: string, seq: number): OpsError {
  return new OpsError('journal-forked', `entry ${seq} of ${journal} is not the one in the vault`);
}
