import { z } from 'zod';
import { IncidentEvent } from '../../incidents/model/events.ts';
import { entriesOf } from '../../incidents/record/timeline.ts';
import { createWordsSoFar } from '../../incidents/record/words-so-far.ts';
import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import { redactValue, withoutSecrets } from '../../sanitize/redaction.ts';

/** One AWS request that a change sent. */
export const AwsCallMade = z.object({
  service: z.string(),
  operation: z.string(),
  /** Absent if AWS did not respond. */
  requestId: z.string().optional(),
  /** The name of the error that AWS returned. */
  error: z.string().optional(),
});
export type AwsCallMade = z.infer<typeof AwsCallMade>;

/** An entry as stored. Its event may come from a newer version, so only its type is required. */
export const StoredEntry = z.looseObject({
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
  /** The Slack id of the person; undefined for AWS and for Relight itself. */
  readonly who?: string;
  /** `button`, `form` or `command`. */
  readonly via?: string;
  readonly decision?: 'allowed' | 'refused';
  readonly step?: string;
  readonly attempt?: number;
  readonly what: string;
  readonly detail?: string;
  /** SHA-256 of the request that the event is about. */
  readonly requestHash?: string;
  readonly request?: unknown;
  readonly awsCalls: readonly AwsCallMade[];
}

/** The fields that events share; an event has some of them. */
const Shared = z.looseObject({
  by: z.looseObject({ user: z.string(), via: z.string().optional() }).optional().catch(undefined),
  step: z.string().optional().catch(undefined),
  attempt: z.number().optional().catch(undefined),
  why: z.string().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
  hash: z.string().optional().catch(undefined),
  proposal: z.looseObject({ request: z.unknown() }).optional().catch(undefined),
  calls: z.array(AwsCallMade).catch([]),
});

/** Turns the entries of one journal into records, in order: later ones use the titles of the playbooks started before. */
export function createTrailRecords(
  journal: string,
  catalog: Pick<Catalog, 'get'>,
): (entry: StoredEntry) => TrailRecord {
  const { saw, words } = createWordsSoFar(catalog);
  return (entry) => {
    const { by, step, attempt, why, command, hash, proposal, calls } = Shared.parse(entry.event);
    const known = IncidentEvent.safeParse(entry.event).data;
    if (known !== undefined) saw(known);
    const [row] = known === undefined ? [] : entriesOf({ event: known, at: entry.at }, words).toReversed();
    const { type } = entry.event;
    const refused = type.endsWith('refused');
    const detail = row?.detail ?? why;
    const shown = {
      ...(by !== undefined && {
        who: by.user,
        decision: refused ? ('refused' as const) : ('allowed' as const),
      }),
      ...(by?.via !== undefined && { via: by.via }),
      ...(step !== undefined && { step }),
      ...(attempt !== undefined && { attempt }),
      what: row?.what ?? (command === undefined ? type : `/relight ${command}: refused`),
      ...(detail !== undefined && { detail }),
      ...(hash !== undefined && { requestHash: hash }),
      ...(proposal !== undefined && { request: proposal.request }),
      awsCalls: calls,
    };
    // The keyed hashes of secrets stay in the entry: without them its own hash could not be checked.
    return { ...redactValue(shown), journal, entry: withoutSecrets(entry) };
  };
}

/** `2026-11-29T03:12:05.123Z`; an impossible time in a changed entry is left as a number. */
export function utc(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
