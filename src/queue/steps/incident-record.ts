import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Entry } from '../../incidents/model/events.ts';
import { type Closed, type Incident, runsOf, stateOf } from '../../incidents/model/incident.ts';
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
    ...(incident.closed !== undefined && { closed: closedOf(incident.closed) }),
    timeline: timelineOf(journal, words),
    findings: runsOf(incident).flatMap(({ pinned }) =>
      pinned.flatMap((key) => findingOf(incident, key, stepAt(key))),
    ),
    changes: changesMade(journal, words),
  };
}

function closedOf({ at, why, by, outcome }: Closed): NonNullable<IncidentRecord['closed']> {
  const neededNothing = outcome === 'not-a-problem' || outcome === 'duplicate';
  return { at, why, neededNothing, ...(by !== undefined && { by }) };
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

/** The IDs of people who acted, and of those whom a text mentions. */
async function namesIn(journal: readonly Entry[], nameOf: NameOf): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    journal.flatMap(({ event }) => [
      ...('by' in event && event.by !== undefined ? [event.by.user] : []),
      ...(event.type === 'handed-over' ? [event.to] : []),
      ...[...JSON.stringify(event).matchAll(/<@([UW][A-Z0-9]{2,30})[|>]/g)].map(([, id = '']) => id),
    ]),
  );
  const named = await Promise.all([...ids].map(async (id) => [id, await nameOf(id)] as const));
  return new Map(named.flatMap(([id, name]) => (name === undefined ? [] : [[id, name] as const])));
}

const mentionOrId = /<@([UW][A-Z0-9]{2,30})(?:\|[^>]{0,80})?>|\b[UW][A-Z0-9]{2,30}\b/g;

/** The record with display names instead of IDs; an ID without a name stays. The results of steps stay as they are. */
function withNames(record: IncidentRecord, names: ReadonlyMap<string, string>): IncidentRecord {
  const named = (text: string): string =>
    text.replace(
      mentionOrId,
      (found: string, mentioned?: string) => names.get(mentioned ?? found) ?? mentioned ?? found,
    );
  const { findings, ...rest } = record;
  return {
    ...inTexts(rest, named),
    findings: findings.map((finding) => ({ ...finding, report: inTexts(finding.report, named) })),
  };
}

/** The same value with each of its texts changed. */
function inTexts<T>(value: T, change: (text: string) => string): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return change(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, walk(one)]));
  };
  // Only texts are replaced, by texts.
  return walk(value) as T;
}
