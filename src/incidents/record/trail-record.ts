import { z } from 'zod';
import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import { AwsCallMade } from '../../ports/calls.ts';
import { redactValue, withoutSecrets } from '../../sanitize/redaction.ts';
import { IncidentEvent } from '../model/events.ts';
import { entriesOf } from './timeline.ts';
import { isUnlisted, unlistedWords, workspaceWords } from './trail-words.ts';
import { createWordsSoFar, type WordsSoFar } from './words-so-far.ts';

/** An entry as stored. Its event may come from a newer version, so only its type is required. */
const StoredEntry = z.looseObject({
  seq: z.number(),
  at: z.number(),
  event: z.looseObject({ type: z.string() }),
  prev: z.string(),
  hash: z.string(),
});
export type StoredEntry = z.infer<typeof StoredEntry>;

/** One line of the trail, without secrets. */
export interface TrailRecord {
  /** The incident, or `workspace` for what belongs to no incident. */
  readonly journal: string;
  readonly entry: StoredEntry;
  /** In UTC. */
  readonly time: string;
  /** The Slack id of the person; absent for AWS and for Relight itself. */
  readonly who?: string;
  /** `button`, `form` or `command`. */
  readonly via?: string;
  readonly decision?: 'allowed' | 'refused';
  readonly step?: string;
  readonly attempt?: number;
  readonly what: string;
  /** SHA-256 of the request that the event is about. */
  readonly hash?: string;
  readonly request?: unknown;
  readonly calls: readonly AwsCallMade[];
}

/** The fields that events share; an event has some of them. */
const Shared = z.object({
  by: z
    .object({ user: z.string(), via: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  step: z.string().optional().catch(undefined),
  attempt: z.number().optional().catch(undefined),
  hash: z.string().optional().catch(undefined),
  proposal: z.object({ request: z.unknown() }).optional().catch(undefined),
  calls: z.array(AwsCallMade).catch([]),
});

/**
 * Reads the lines of one journal in order: later ones use the titles of the playbooks that earlier ones started. Undefined
 * for a line that is no entry.
 */
export function createTrailReader(
  journal: string,
  catalog: Pick<Catalog, 'get'>,
): (line: string) => { readonly stored: StoredEntry; readonly record: TrailRecord } | undefined {
  const soFar = createWordsSoFar(catalog);
  return (line) => {
    const stored = entryIn(line);
    if (stored === undefined) return undefined;
    const { by, proposal, ...shared } = Shared.parse(stored.event);
    const shown = {
      ...shared,
      ...(by !== undefined && { who: by.user, via: by.via, decision: decisionOf(stored) }),
      ...(proposal !== undefined && { request: proposal.request }),
      what: wordsOf(stored, soFar),
    };
    // The keyed hashes of secrets stay in the entry: without them its own hash could not be checked.
    const own = { journal, time: utc(stored.at), entry: withoutSecrets(stored) };
    // Absent and undefined fields are the same to every reader of a record.
    return { stored, record: { ...redactValue(shown), ...own } as TrailRecord };
  };
}

function entryIn(line: string): StoredEntry | undefined {
  try {
    return StoredEntry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function decisionOf({ event }: StoredEntry): 'allowed' | 'refused' {
  return event.type.endsWith('refused') ? 'refused' : 'allowed';
}

function wordsOf({ event, at }: StoredEntry, { saw, words }: WordsSoFar): string {
  const known = IncidentEvent.safeParse(event).data;
  if (known === undefined) return workspaceWords(event);
  saw(known);
  const rows = entriesOf({ event: known, at }, words);
  return rows.length === 0 && isUnlisted(known)
    ? unlistedWords(known, words)
    : rows.map(({ what, detail = '' }) => (detail === '' ? what : `${what} (${detail})`)).join('; ');
}

/** `2026-11-29T03:12:05.123Z`; an impossible time in a changed entry stays a number. */
function utc(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
