import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { Chain } from '../../incidents/journal/chain-port.ts';
import { canonical } from '../../ports/canonical.ts';
import type { Clock } from '../../ports/ports.ts';
import type { VaultStore } from '../vault.ts';
import { headKey, linesKey, linesOf } from './archive-keys.ts';
import { maxLines, remembered } from './archive-writer.ts';
import { type HeadSigner, newestHead } from './head-signer.ts';
import { headIn, nextLines, noLines } from './heads.ts';

export interface HeadWriterDeps {
  readonly store: Pick<VaultStore, 'putOnce' | 'get' | 'keys'>;
  readonly heads: HeadSigner;
  readonly chain: Pick<Chain, 'check' | 'genesis'>;
  readonly clock: Clock;
}

export interface HeadWriter {
  /**
   * Reads what the vault has since the newest head, checks each line, and signs a head every 100 lines and when the
   * oldest line that no head covers is a minute old. Returns whether a head covers all lines now. Throws `journal-forged`
   * for lines that this installation did not write, and `journal-forked` if another head exists for the same entry. After
   * an error of the signing key, nothing is lost: the next call signs a head of all lines again.
   */
  readonly sign: (journal: string) => Promise<boolean>;
}

/** How long lines stay without a head, in ms. */
const headAfterMs = 60_000;

/** What was read of a journal: up to which line, and what the newest head covers. */
interface Reached {
  readonly count: number;
  readonly hash: string;
  readonly lines: string;
  readonly signed: number;
  /** When the oldest line that no head covers was written; undefined if there is none. */
  readonly since: number | undefined;
}

export function createHeadWriter(deps: HeadWriterDeps): HeadWriter {
  const known = new LRUCache<string, Reached>(remembered);
  return {
    sign: async (journal) => {
      let reached = known.get(journal) ?? (await fromNewestHead(deps, journal));
      for (;;) {
        const key = linesKey(journal, reached.count);
        const text = await deps.store.get(key);
        if (text === undefined) break;
        const lines = linesOf(text);
        if (lines === undefined) throw new OpsError('journal-forged', `${key} in the vault is cut`);
        reached = lines.reduce((so, line) => withLine(deps, journal, so, line), reached);
        if (reached.count - reached.signed >= maxLines) reached = await signed(deps, journal, reached);
        known.set(journal, reached);
      }
      if (reached.since !== undefined && deps.clock.now() - reached.since >= headAfterMs)
        reached = await signed(deps, journal, reached);
      known.set(journal, reached);
      return reached.count === reached.signed;
    },
  };
}

async function fromNewestHead({ store, heads, chain }: HeadWriterDeps, journal: string): Promise<Reached> {
  const head = await newestHead(store, heads, journal);
  if (head === undefined)
    return { count: 0, hash: chain.genesis, lines: noLines, signed: 0, since: undefined };
  const { hash, lines } = head;
  return { count: head.seq + 1, hash, lines, signed: head.seq + 1, since: undefined };
}

const Stored = z.looseObject({ at: z.number(), hash: z.string() });

function withLine({ chain }: HeadWriterDeps, journal: string, reached: Reached, line: string): Reached {
  const { count: seq, hash: prev, lines, since, signed: covered } = reached;
  const stored = parsed(line, journal, seq);
  chain.check(stored, { journal, seq, prev });
  return {
    count: seq + 1,
    hash: stored.hash,
    lines: nextLines(lines, line),
    signed: covered,
    since: since ?? stored.at,
  };
}

function parsed(line: string, journal: string, seq: number): z.infer<typeof Stored> {
  try {
    return Stored.parse(JSON.parse(line));
  } catch (cause) {
    throw new OpsError('journal-forged', `entry ${seq} of ${journal} in the vault is not an entry`, {
      cause,
    });
  }
}

/** Several bots may sign the same entry: the first head is kept, and must say the same but for the time. */
async function signed(
  { store, heads, clock }: HeadWriterDeps,
  journal: string,
  reached: Reached,
): Promise<Reached> {
  const { count, hash, lines } = reached;
  const head = await heads.sign({ journal, seq: count - 1, hash, lines, at: clock.now() });
  const key = headKey(journal, count - 1);
  if ((await store.putOnce(key, canonical(head))) === 'different') {
    const other = headIn(await store.get(key));
    const isSame = other?.hash === hash && other.lines === lines;
    if (!isSame || !(await heads.isSigned(other)))
      throw new OpsError('journal-forked', `${key} in the vault is not a head of these entries`);
  }
  return { ...reached, signed: count, since: undefined };
}
