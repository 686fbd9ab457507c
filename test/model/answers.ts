import type { Entry } from '../../src/incidents/model/events.ts';
import type { AnIncident, Sent } from './an-incident.ts';
import type { Journal, Witnessed } from './witnesses.ts';

/**
 * I4: everyone who was acknowledged was told after this click, or the journal has a decision of that person from after it,
 * which the thread shows. While Slack is down, nothing can be told.
 */
export function everyClickAnswered({ sent }: AnIncident, seen: Witnessed): string[] {
  const unanswered = sent
    .filter(({ acked, slackWorked }) => acked?.status === 200 && slackWorked)
    .filter((one) => !isTold(one, sent, seen) && !isDecided(one, seen))
    .map(({ user, what }) => `I4: ${user} pressed ${what} and was told nothing`);
  return [...unanswered, ...seen.journals.flatMap((journal) => hidden(journal, seen))];
}

/** Within this time, nobody is told the same sentence again. */
const repeatMs = 30_000;

function isTold({ user, acked, at }: Sent, all: readonly Sent[], { ephemerals }: Witnessed): boolean {
  // The reply to a command, and the errors of a form, are in the acknowledgment itself.
  if ((acked?.body.length ?? 0) > 2) return true;
  const before = all.find((one) => one.user === user && at.relight - one.at.relight < repeatMs);
  const since = before?.at.slack ?? at.slack;
  return ephemerals.some((one) => one.user === user && one.at >= since);
}

function isDecided({ user, at }: Sent, { journals }: Witnessed): boolean {
  return journals
    .flatMap(({ entries }) => entries)
    .some((entry) => userOf(entry) === user && entry.at >= at.relight);
}

/** What a person looked at or was refused. Of who asked for a request again, the new request is shown instead. */
const unshown: ReadonlySet<string> = new Set([
  'refused',
  'request-viewed',
  'trail-viewed',
  'step-retried',
  'step-adjusted',
]);

/** The decisions whose person no message of the thread names. */
function hidden({ incident, entries }: Journal, { messages }: Witnessed): string[] {
  const shown = JSON.stringify(
    messages.filter(({ metadata }) => metadata?.event_payload.incident === incident),
  );
  return entries.flatMap((entry) => {
    const user = userOf(entry);
    if (user === undefined || unshown.has(entry.event.type) || shown.includes(user)) return [];
    return [`I4: no message names ${user}, who recorded ${entry.event.type}`];
  });
}

function userOf({ event }: Entry): string | undefined {
  return 'by' in event ? event.by?.user : undefined;
}
