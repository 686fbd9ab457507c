import type { Entry } from '../../src/incidents/model/events.ts';
import type { AnIncident, Sent } from './an-incident.ts';
import { capUsd, launchUsd } from './stack.ts';
import type { Witnessed } from './witnesses.ts';

const leads: ReadonlySet<string> = new Set(['U0LEAD', 'U0LEAD2']);
const responders: ReadonlySet<string> = new Set([...leads, 'U0RESP']);

/** The broken invariants of `reliability.md`, in words; empty if all hold. */
export function broken(incident: AnIncident, seen: Witnessed): readonly string[] {
  return [
    ...oneObjectPerIntent(seen),
    ...nothingWithoutConsent(incident, seen),
    ...withinCap(seen),
    ...everyClickAnswered(incident, seen),
    ...endsAreFinal(seen),
    ...oneMessagePerKey(seen),
  ];
}

/** I1 */
function oneObjectPerIntent({ launches, corruption }: Witnessed): string[] {
  return [
    ...repeated(launches.map(({ intent }) => intent)).map((intent) => `I1: two jobs for intent ${intent}`),
    ...corruption.map((one) => `I1: ${String(one)}`),
  ];
}

/** I2 and I3: an intent first, and before it enough different people who pressed the button on exactly this request. */
function nothingWithoutConsent({ stack, sent }: AnIncident, { launches, intents }: Witnessed): string[] {
  const may = stack.tier.approvals === 1 ? responders : leads;
  return launches.flatMap(({ name, intent, hash, incident, order }) => {
    const written = intents.get(intent);
    const people = new Set(
      sent
        .filter(
          ({ what, value, user }) => what === 'approve' && may.has(user) && isFor(value, incident, hash),
        )
        .map(({ user }) => user),
    );
    return [
      ...(written === undefined || written > order
        ? [`I2: ${name} was launched before its intent was written`]
        : []),
      ...(people.size < stack.tier.approvals
        ? [`I3: ${name} was launched with ${people.size} of ${stack.tier.approvals} approvals`]
        : []),
    ];
  });
}

function isFor(value: string, incident: string, hash: string): boolean {
  const [id, , , shown = ''] = value.split('.');
  return id === incident && shown !== '' && hash.startsWith(shown);
}

/** I6: every sequence begins a day after the one before, and within one the clock passes less than a day. */
function withinCap({ launches }: Witnessed): string[] {
  const spent = launches.reduce((sum, { maxSeconds }) => sum + (maxSeconds / 345_600) * launchUsd, 0);
  return spent > capUsd ? [`I6: ${spent} USD were spent of ${capUsd}`] : [];
}

/** I4: acknowledged, and told; or the record that the thread shows. Without Slack, nothing can be told. */
function everyClickAnswered({ sent }: AnIncident, { ephemerals, journals }: Witnessed): string[] {
  const recorded = JSON.stringify(journals);
  return sent
    .filter(({ acked, slackWorked }) => acked?.status === 200 && slackWorked)
    .filter((one) => !isAnswered(one, ephemerals) && !recorded.includes(`"user":"${one.user}"`))
    .map(({ user, what }) => `I4: ${user} pressed ${what} and was told nothing`);
}

function isAnswered({ user, acked }: Sent, ephemerals: Witnessed['ephemerals']): boolean {
  // The reply to a command, and the errors of a form, are in the acknowledgment itself.
  return (acked?.body.length ?? 0) > 2 || ephemerals.some((one) => one.user === user);
}

/** I5 */
function endsAreFinal({ journals }: Witnessed): string[] {
  return journals.flatMap((journal) => [...stepsAfterTheirEnd(journal), ...eventsAfterTheEnd(journal)]);
}

/** What may follow the end of an attempt of a step. */
const after: Readonly<Record<string, readonly string[]>> = {
  'step-done': ['request-viewed', 'aws-called'],
  'step-declined': ['request-viewed', 'aws-called'],
  'step-canceled': ['request-viewed', 'aws-called', 'step-kept', 'step-stop-asked'],
};

function stepsAfterTheirEnd(journal: readonly Entry[]): string[] {
  const ended = new Map<string, string>();
  return journal.flatMap(({ event }) => {
    if (!('step' in event && 'attempt' in event)) return [];
    const key = `${event.step}.${event.attempt}`;
    const end = ended.get(key);
    if (event.type in after) ended.set(key, event.type);
    const isFinal = end !== undefined && after[end]?.includes(event.type) !== true;
    return isFinal ? [`I5: ${event.type} after ${end} of ${key}`] : [];
  });
}

const afterClosing: ReadonlySet<string> = new Set([
  'reopened',
  'refused',
  'request-viewed',
  'trail-viewed',
  'aws-called',
  'alarm-cleared',
  'linked',
  'duplicate-joined',
  'follow-ended',
  // A postmortem is written soon after the end, and what people and the on-call tool answer later is kept.
  'postmortem-written',
  'follow-up-done',
  'paged',
]);

function eventsAfterTheEnd(journal: readonly Entry[]): string[] {
  let closed = false;
  return journal.flatMap(({ event: { type } }) => {
    const wrong = closed && !afterClosing.has(type) ? [`I5: ${type} after the end of the incident`] : [];
    if (type === 'closed' || type === 'reopened') closed = type === 'closed';
    return wrong;
  });
}

/** I7 */
function oneMessagePerKey({ messages }: Witnessed): string[] {
  const keys = messages.flatMap(({ metadata }) =>
    metadata === undefined ? [] : [`${metadata.event_payload.incident} ${metadata.event_payload.key}`],
  );
  return repeated(keys).map((key) => `I7: two messages for ${key}`);
}

function repeated(keys: readonly string[]): readonly string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}
