import { counted } from '../in-words.ts';
import { unlessUnreadable } from '../incidents/journal/readable.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import type { Incident } from '../incidents/model/incident.ts';
import {
  followUpsOf,
  hasPostmortem,
  owesPostmortem,
  writtenWithinMs,
} from '../incidents/record/postmortems.ts';
import { earliestToday } from '../postmortem/postmortem-form.ts';
import type { ReadinessCheck, ReadinessFinding } from './readiness.ts';

/** The closing questions may wait for the next working day. */
const answerMs = 2 * 24 * 3_600_000;
/** Relight writes a missing postmortem within a minute. */
const writeMs = 10 * 60_000;
/** Nobody writes a postmortem after a quarter. */
const forgottenMs = 90 * 24 * 3_600_000;

/** Older incidents are not read. */
const maxIncidents = 2_000;

/** The incidents without a postmortem, and the follow-ups past their due date. */
export async function incidentReadiness(
  store: Pick<IncidentStore, 'ids' | 'find'>,
  now: number,
): Promise<readonly ReadinessCheck[]> {
  const ids = (await store.ids('all')).filter((id) => !isDrillId(id));
  const read = ids.slice(0, maxIncidents);
  const postmortems: ReadinessFinding[] = [];
  const followUps: ReadinessFinding[] = [];
  for (const id of read) {
    const incident = await unlessUnreadable(store.find(id));
    if (incident === undefined) continue;
    for (const one of missingPostmortem(incident, now)) postmortems.push(one);
    for (const one of pastDue(incident, now)) followUps.push(one);
  }
  const looked = counted(read.length, 'incident');
  const unmeasured = olderThan(ids.length - read.length);
  return [
    { part: 'postmortems', looked, findings: postmortems, unmeasured },
    { part: 'follow-ups', looked, findings: followUps, unmeasured },
  ];
}

function missingPostmortem(incident: Incident, now: number): readonly ReadinessFinding[] {
  const { id, job, closed } = incident;
  if (closed === undefined) return unanswered(incident, now);
  const age = now - closed.at;
  if (!owesPostmortem(incident) || age < writeMs || age > forgottenMs) return [];
  const fix =
    age > writtenWithinMs
      ? 'Relight writes it only within 7 days of the close: write it by hand from `relight audit export`'
      : 'Relight writes it as soon as it can: the worker’s log says what is in the way';
  return [{ what: `${id} (${job}) is closed without a postmortem`, fix }];
}

/** The incident has ended, and its closing questions wait for answers. */
function unanswered(incident: Incident, now: number): readonly ReadinessFinding[] {
  const { id, job, recovered, outcome } = incident;
  const endedAt = recovered?.at ?? outcome?.at;
  if (endedAt === undefined || now - endedAt <= answerMs || hasPostmortem(incident)) return [];
  const fix = `answer the closing questions in its thread (/relight status ${id})`;
  return [{ what: `${id} (${job}) has ended, and its postmortem is not written`, fix }];
}

function pastDue(incident: Incident, now: number): readonly ReadinessFinding[] {
  const today = earliestToday(now);
  return followUpsOf(incident)
    .filter(({ due, done }) => done === undefined && due < today)
    .map(({ id, what, owner, due }) => ({
      what: `${id}: ${what} (${owner}, due ${due})`,
      fix: `do it, then /relight follow-up done ${id}`,
    }));
}

function olderThan(left: number): ReadinessFinding[] {
  if (left <= 0) return [];
  return [{ what: `${counted(left, 'older incident')}`, fix: `Only the newest ${maxIncidents} are read` }];
}
