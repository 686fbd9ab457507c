import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Entry } from '../../incidents/model/events.ts';
import { type Incident, runsOf, stateOf } from '../../incidents/model/incident.ts';
import { incidentFrom } from '../../incidents/model/reduce.ts';
import { changesMade } from '../../incidents/record/changes-made.ts';
import { timelineOf } from '../../incidents/record/timeline.ts';
import { createWordsSoFar, reportOf } from '../../incidents/record/words-so-far.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Step } from '../../playbooks/define.ts';
import type { Finding, IncidentRecord, Records } from '../../ports/record.ts';
import { redactValue } from '../../sanitize/redaction.ts';

/** The port through which a postmortem reads the incident: the journal, in the terms of the playbooks. */
export function createRecords(
  store: Pick<IncidentStore, 'journal'>,
  catalog: Pick<Catalog, 'get'>,
  nameOf: NameOf,
): Records {
  return {
    of: async (id) => {
      const journal = await store.journal(id);
      const record = recordOf(journal, catalog);
      // This text is also drawn into a picture, which no later redaction covers.
      return redactValue(withNames(record, await namesIn(journal, nameOf)));
    },
    nameOf,
  };
}

function recordOf(journal: readonly Entry[], catalog: Pick<Catalog, 'get'>): IncidentRecord {
  const incident = incidentFrom(journal);
  const { words, stepAt, saw } = createWordsSoFar(catalog);
  for (const { event } of journal) saw(event);
  const [first] = journal;
  return {
    incident: incident.id,
    // The job that failed first, even if the incident continued with a job that it launched.
    job: first?.event.type === 'opened' ? first.event.job : incident.job,
    region: incident.region,
    tier: incident.tier,
    kind: incident.kind,
    playbooks: runsOf(incident).map(({ playbook }) => words.playbookTitle(playbook)),
    failedAt: incident.failedAt,
    openedAt: incident.openedAt,
    rtoMinutes: incident.rtoMinutes,
    rpoMinutes: incident.rpoMinutes,
    ...(incident.recovered !== undefined && { recovered: incident.recovered }),
    timeline: timelineOf(journal, words),
    findings: runsOf(incident).flatMap(({ pinned }) =>
      pinned.flatMap((key) => findingOf(incident, key, stepAt(key))),
    ),
    changes: changesMade(journal, words),
  };
}

function findingOf(incident: Incident, key: string, step: Step | undefined): readonly Finding[] {
  const state = stateOf(incident, key);
  if (step?.kind !== 'action' || step.action.effect === 'change' || state.status !== 'done') return [];
  const report = reportOf(step, state.result);
  if (report === undefined) return [];
  return [{ step: step.action.title, action: step.action.name, report, result: state.result }];
}

/** The display name of a Slack user ID; undefined if it cannot be read. */
export type NameOf = (user: string) => Promise<string | undefined>;

async function namesIn(journal: readonly Entry[], nameOf: NameOf): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    journal.flatMap(({ event }) => [
      ...('by' in event && event.by !== undefined ? [event.by.user] : []),
      ...(event.type === 'handed-over' ? [event.to] : []),
    ]),
  );
  const named = await Promise.all([...ids].map(async (id) => [id, (await nameOf(id)) ?? id] as const));
  return new Map(named);
}

/** The record with display names instead of IDs; an ID without a name stays. */
function withNames(record: IncidentRecord, names: ReadonlyMap<string, string>): IncidentRecord {
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
