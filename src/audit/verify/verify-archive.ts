import { append } from '../../ports/collections.ts';
import type { Clock } from '../../ports/ports.ts';
import { type ArchivedState, type ArchiveKey, folders, linesOf, parseKey } from '../archive/archive-keys.ts';
import { type Head, headIn } from '../archive/heads.ts';
import type { VaultStore } from '../vault.ts';
import { createJournalCheck, type JournalCheck } from './check-journal.ts';
import type { VerifyKeys } from './check-proofs.ts';
import {
  createRedisCheck,
  noRedisCheck,
  type RedisCheck,
  type RedisJournals,
  unknownToVault,
} from './compare-redis.ts';
import { type Finding, finding, timeOf } from './finding.ts';
import { isPlainBase64 } from './sound-line.ts';

export interface VerifyDeps {
  readonly store: Pick<VaultStore, 'keys' | 'get'>;
  readonly keys: VerifyKeys;
  readonly clock: Clock;
  /** Undefined to look at the vault alone. */
  readonly redis: RedisJournals | undefined;
}

export interface ArchiveReport {
  readonly journals: number;
  readonly lines: number;
  readonly heads: number;
  /** When the newest head was signed; undefined if there is none. */
  readonly newestHead: string | undefined;
  readonly findings: readonly Finding[];
}

/** Objects that are fetched before they are needed. */
const fetchedAhead = 24;

/**
 * Reads the whole archive and finds entries that were edited, removed, inserted, moved or forked, journals that were cut,
 * and what Redis has otherwise. Holds one journal's hashes in memory, whatever the size of the archive.
 */
export async function verifyArchive(deps: VerifyDeps): Promise<ArchiveReport> {
  const claims = await claimsIn(deps);
  const findings: Finding[] = [...claims.findings];
  const seen = new Set<string>();
  let lines = 0;
  for await (const { journal, check, redis } of journalsIn(deps, claims, findings)) {
    await redis.end(check.isClosed(), deps.clock.now());
    const report = check.end();
    append(findings, report.findings);
    lines += report.lines;
    seen.add(journal);
  }
  for (const [journal, heads] of claims.heads) if (!seen.has(journal)) findings.push(gone(journal, heads));
  if (deps.redis !== undefined) append(findings, await unknownToVault(deps.redis, seen, deps.clock.now()));
  const all = [...claims.heads.values()].flat();
  const newest = all.reduce<number | undefined>((at, head) => Math.max(at ?? 0, head.at), undefined);
  return {
    journals: seen.size,
    lines,
    heads: all.length,
    newestHead: newest === undefined ? undefined : timeOf(newest),
    findings,
  };
}

function gone(journal: string, heads: readonly Head[]): Finding {
  const newest = heads.at(-1);
  const says = `the vault has none of its entries, but a head of ${timeOf(newest?.at ?? 0)} covers entry ${newest?.seq}`;
  return finding('truncation', journal, says);
}

interface Claims {
  readonly heads: ReadonlyMap<string, readonly Head[]>;
  readonly states: ReadonlyMap<string, ReadonlyMap<number, ArchivedState>>;
  readonly findings: readonly Finding[];
}

async function claimsIn({ store }: VerifyDeps): Promise<Claims> {
  const findings: Finding[] = [];
  return { heads: await headsIn(store, findings), states: await statesIn(store, findings), findings };
}

async function headsIn(store: VerifyDeps['store'], findings: Finding[]): Promise<Claims['heads']> {
  const heads = new Map<string, Head[]>();
  for await (const { key, parsed, text } of objects(store, folders.heads)) {
    const head = headIn(text);
    if (parsed === undefined || !isHeadOf(head, parsed))
      findings.push(finding('head', key, 'it is not a head as Relight writes it'));
    else heads.set(parsed.journal, [...(heads.get(parsed.journal) ?? []), head]);
  }
  return heads;
}

async function statesIn(store: VerifyDeps['store'], findings: Finding[]): Promise<Claims['states']> {
  const states = new Map<string, Map<number, ArchivedState>>();
  for await (const key of store.keys(folders.states)) {
    const { journal = '', seq = 0, state } = parseKey(key) ?? {};
    if (state === undefined) findings.push(finding('state', key, 'it is not a state as Relight writes it'));
    else states.set(journal, (states.get(journal) ?? new Map()).set(seq, state));
  }
  return states;
}

function isHeadOf(head: Head | undefined, { journal, seq }: ArchiveKey): head is Head {
  return head !== undefined && head.journal === journal && head.seq === seq && isPlainBase64(head.signature);
}

interface JournalChecks {
  readonly journal: string;
  readonly check: JournalCheck;
  readonly redis: RedisCheck;
}

/** Keys are sorted, so the objects of a journal follow each other. */
async function* journalsIn(
  deps: VerifyDeps,
  claims: Claims,
  findings: Finding[],
): AsyncGenerator<JournalChecks> {
  let current: JournalChecks | undefined;
  for await (const { key, parsed, text } of objects(deps.store, folders.journals)) {
    if (parsed === undefined) {
      findings.push(finding('insert', key, 'Relight writes no object of this name'));
      continue;
    }
    if (current?.journal !== parsed.journal) {
      if (current !== undefined) yield current;
      current = checksOf(deps, parsed.journal, claims);
    }
    await addObject(current, key, parsed.seq, text);
  }
  if (current !== undefined) yield current;
}

function checksOf({ redis, keys }: VerifyDeps, journal: string, { heads, states }: Claims): JournalChecks {
  const claims = { heads: heads.get(journal) ?? [], states: states.get(journal) ?? new Map() };
  const check = createJournalCheck(journal, claims, keys);
  return {
    journal,
    check,
    redis: redis === undefined ? noRedisCheck : createRedisCheck(redis, journal, check.found),
  };
}

async function addObject(
  { check, redis }: JournalChecks,
  key: string,
  first: number,
  text: string | undefined,
): Promise<void> {
  const lines = linesOf(text ?? '');
  if (lines === undefined) check.found('edit', `${key} is cut or empty`);
  if (first < check.expected()) check.found('insert', `${key} begins before the object before it ends`);
  for (const line of lines ?? []) check.line(line);
  await redis.object(lines ?? []);
}

interface StoredObject {
  readonly key: string;
  readonly parsed: ArchiveKey | undefined;
  readonly text: string | undefined;
}

/** All objects of a folder in order. Some are fetched before they are asked for. */
async function* objects(store: VerifyDeps['store'], prefix: string): AsyncGenerator<StoredObject> {
  const waiting: Promise<StoredObject>[] = [];
  for await (const key of store.keys(prefix)) {
    waiting.push(store.get(key).then((text) => ({ key, parsed: parseKey(key), text })));
    // A failure is thrown when its turn comes.
    waiting.at(-1)?.catch(() => undefined);
    if (waiting.length >= fetchedAhead) yield* next(waiting);
  }
  while (waiting.length > 0) yield* next(waiting);
}

async function* next(waiting: Promise<StoredObject>[]): AsyncGenerator<StoredObject> {
  const one = await waiting.shift();
  if (one !== undefined) yield one;
}
