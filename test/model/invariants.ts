import type { Entry } from '../../src/incidents/model/events.ts';
import type { AnIncident } from './an-incident.ts';
import { everyClickAnswered } from './answers.ts';
import type { Effect } from './effects.ts';
import { launchUsd } from './stack.ts';
import type { Witnessed } from './witnesses.ts';

const leads: ReadonlySet<string> = new Set(['U0LEAD', 'U0LEAD2']);
const responders: ReadonlySet<string> = new Set([...leads, 'U0RESP']);

/** The broken invariants of `reliability.md`, in words; empty if all hold. */
export function broken(incident: AnIncident, seen: Witnessed): readonly string[] {
  return [
    ...oneObjectPerIntent(seen),
    ...nothingWithoutConsent(incident, seen),
    ...withinCap(incident, seen),
    ...everyClickAnswered(incident, seen),
    ...endsAreFinal(seen),
    ...oneMessagePerKey(seen),
  ];
}

/** I1 */
function oneObjectPerIntent({ effects, corruption }: Witnessed): string[] {
  return [
    ...repeated(effects.flatMap(({ intent }) => intent ?? [])).map(
      (intent) => `I1: two changes for intent ${intent}`,
    ),
    ...corruption.map((one) => `I1: ${String(one)}`),
  ];
}

/** I2 and I3: an intent first, and before it enough different people who pressed the button on exactly this request. */
function nothingWithoutConsent(incident: AnIncident, seen: Witnessed): string[] {
  const { approvals } = incident.stack.tier;
  return seen.effects.flatMap((effect) => {
    const { operation, name, order } = effect;
    const written = seen.intents.find(({ id }) => id === effect.intent);
    const people = approversOf(effect, incident, seen);
    return [
      ...(written === undefined || written.order > order
        ? [`I2: ${operation} of ${name} was sent before its intent was written`]
        : []),
      ...(people.size < approvals
        ? [`I3: ${operation} of ${name} was sent with ${people.size} of ${approvals} approvals`]
        : []),
    ];
  });
}

function approversOf(
  { incident, hash, intent }: Effect,
  { stack, sent }: AnIncident,
  { journals, intents }: Witnessed,
): ReadonlySet<string> {
  const isForOthers = stack.tier.approvals > 1;
  const may = isForOthers ? leads : responders;
  const written = intents.find(({ id }) => id === intent);
  const asked = isForOthers && written !== undefined ? askersOf(written, journals) : [];
  return new Set(
    sent
      .filter(
        ({ what, value, user }) =>
          what === 'approve' && may.has(user) && !asked.includes(user) && isFor(value, incident, hash),
      )
      .map(({ user }) => user),
  );
}

/** Where others must agree, whoever asked for this attempt or chose its values does not count. */
function askersOf(
  { step, attempt }: Witnessed['intents'][number],
  journals: Witnessed['journals'],
): readonly string[] {
  const events = journals.flatMap(({ entries }) => entries.map(({ event }) => event));
  const asked = events.findLast(
    (event) =>
      (event.type === 'step-retried' || event.type === 'step-adjusted') &&
      event.step === step &&
      event.attempt <= attempt,
  );
  const adjusted = events.findLast(
    (event) => event.type === 'step-adjusted' && event.step === step && event.attempt <= attempt,
  );
  return [asked, adjusted].flatMap((event) =>
    event !== undefined && 'by' in event && event.by !== undefined ? [event.by.user] : [],
  );
}

function isFor(value: string, incident: string, hash: string): boolean {
  const [id, , , shown = ''] = value.split('.');
  return id === incident && shown !== '' && hash.startsWith(shown);
}

/** I6: every sequence begins a day after the one before, and within one the clock passes less than a day. */
function withinCap({ stack: { tier } }: AnIncident, { effects }: Witnessed): string[] {
  const spent = effects.reduce((sum, { maxSeconds }) => sum + (maxSeconds / 345_600) * launchUsd, 0);
  return spent > tier.capUsd ? [`I6: ${spent} USD were spent of ${tier.capUsd}`] : [];
}

/** I5 */
function endsAreFinal({ journals }: Witnessed): string[] {
  return journals.flatMap(({ entries }) => [...stepsAfterTheirEnd(entries), ...eventsAfterTheEnd(entries)]);
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
  let closedAt: number | undefined;
  return journal.flatMap(({ at, event }) => {
    const legal = closedAt === undefined || afterClosing.has(event.type) || isLateNews(event, closedAt);
    const wrong = legal ? [] : [`I5: ${event.type} after the end of the incident`];
    if (event.type === 'closed' || event.type === 'reopened')
      closedAt = event.type === 'closed' ? at : undefined;
    return wrong;
  });
}

/** An alarm from before the end that arrives after it opens no second incident: it joins the one that is over. */
function isLateNews(event: Entry['event'], closedAt: number): boolean {
  return event.type === 'alarm-joined' && event.alarm.at <= closedAt;
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
