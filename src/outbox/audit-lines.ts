import { z } from 'zod';
import { createTrailReader, type TrailRecord } from '../incidents/record/trail-record.ts';
import type { Catalog } from '../playbooks/loaded-playbooks.ts';
import type { AuditLine } from './audit-thread.ts';

interface AuditSource {
  /** The lines of the journal as stored, oldest first. */
  readonly lines: AsyncIterable<string>;
  /** Undefined for the journal of the workspace. */
  readonly incident: string | undefined;
  readonly catalog: Pick<Catalog, 'get'>;
  /** Older entries are not told. */
  readonly since: number;
}

/** The decisions in a journal: those of people, those of Autopilot, and the changes that began. */
export async function auditLines({
  lines,
  incident,
  catalog,
  since,
}: AuditSource): Promise<readonly AuditLine[]> {
  const read = createTrailReader(incident ?? 'workspace', catalog);
  const told: AuditLine[] = [];
  for await (const stored of lines) {
    const record = read(stored)?.record;
    if (record === undefined || record.entry.at < since || !isDecision(record, incident)) continue;
    told.push(lineOf(record));
  }
  return told;
}

/** A halt is in the journal of every open incident, but the journal of the workspace has it once. */
const haltEvents: ReadonlySet<string> = new Set(['changes-halted', 'changes-resumed']);

function isDecision({ who, entry }: TrailRecord, incident: string | undefined): boolean {
  const { type } = entry.event;
  if (haltEvents.has(type)) return incident === undefined;
  if (type === 'step-begun' || isAutopilots(type)) return true;
  return who !== undefined && !type.endsWith('-viewed') && !RefusedStart.safeParse(entry.event).success;
}

/** The journal of the workspace has it too. */
const RefusedStart = z.object({ type: z.literal('refused'), why: z.string().startsWith('/relight ') });

function isAutopilots(type: string): boolean {
  return type.startsWith('autopilot-');
}

const HandedOver = z.object({ type: z.literal('handed-over'), to: z.string() });

function lineOf({ entry: { seq, at, event }, who, what, decision }: TrailRecord): AuditLine {
  return {
    seq,
    at,
    who: who ?? (isAutopilots(event.type) ? 'Autopilot' : 'Relight'),
    what,
    isRefused: decision === 'refused',
    to: HandedOver.safeParse(event).data?.to,
  };
}
