import type { Entry } from '../../incidents/model/events.ts';
import type { IncidentRecord } from '../../ports/record.ts';

/** By a Slack id, the name that people know somebody by; undefined where it cannot be read. */
export type NameOf = (user: string) => Promise<string | undefined>;

/** The names of everybody who acted in the incident, by their Slack ids. */
export async function namesIn(
  journal: readonly Entry[],
  nameOf: NameOf,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    journal.flatMap(({ event }) => ('by' in event && event.by !== undefined ? [event.by.user] : [])),
  );
  const named = await Promise.all([...ids].map(async (id) => [id, (await nameOf(id)) ?? id] as const));
  return new Map(named);
}

/** The record with names in place of ids; an id without a name stays. */
export function withNames(record: IncidentRecord, names: ReadonlyMap<string, string>): IncidentRecord {
  const person = (id: string): string => names.get(id) ?? id;
  const inText = (text: string): string => text.replace(/\b[UW][A-Z0-9]{2,30}\b/g, person);
  return {
    ...record,
    timeline: record.timeline.map((entry) => ({
      ...entry,
      what: inText(entry.what),
      ...(entry.who !== undefined && { who: person(entry.who) }),
      ...(entry.detail !== undefined && { detail: inText(entry.detail) }),
    })),
    changes: record.changes.map((change) => ({
      ...change,
      approvals: change.approvals.map((approval) => ({ ...approval, by: person(approval.by) })),
    })),
  };
}
