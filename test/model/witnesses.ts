import { z } from 'zod';
import { firstBreak } from '../../src/audit/chain.ts';
import { incidentIds } from '../../src/incidents/intake/incident-ids.ts';
import { Entry } from '../../src/incidents/model/events.ts';
import { getJson } from '../support/world.ts';
import type { AnIncident } from './an-incident.ts';
import type { Call, Effect, Written } from './effects.ts';

/** What the stand-ins for AWS and Slack have committed: the only witnesses. */
export interface Witnessed {
  readonly effects: readonly Effect[];
  readonly intents: readonly Written[];
  readonly corruption: readonly unknown[];
  readonly messages: readonly z.infer<typeof Message>[];
  readonly ephemerals: readonly z.infer<typeof Ephemeral>[];
  readonly journals: readonly Journal[];
}

export interface Journal {
  readonly incident: string;
  readonly entries: readonly Entry[];
}

const AwsLedger = z.object({
  calls: z.array(z.object({ operation: z.string(), request: z.looseObject({}) })),
  corruption: z.array(z.unknown()),
});
const PutObject = z.object({ path: z.string() });
const Intent = z.object({
  id: z.string(),
  incident: z.string(),
  step: z.string(),
  attempt: z.number(),
  hash: z.string(),
});
const Message = z.object({
  text: z.string(),
  blocks: z.array(z.unknown()),
  metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }).optional(),
});
const Ephemeral = z.object({ user: z.string(), text: z.string(), at: z.number() });
const SlackLedger = z.object({ messages: z.array(Message), ephemerals: z.array(Ephemeral) });

/** Everything about this incident so far. */
export async function witnessed(incident: AnIncident): Promise<Witnessed> {
  const { stack, subject } = incident;
  const { calls, corruption } = AwsLedger.parse(await getJson(`${stack.region.url}/_sandbox/ledger`));
  const slack = SlackLedger.parse(await getJson(`${stack.slack.url}/_sandbox/ledger`));
  const intents = await intentsIn(stack.region.url, calls);
  return {
    effects: stack.tier.subject.effects(subject, calls, intents),
    intents,
    corruption,
    messages: slack.messages,
    ephemerals: slack.ephemerals,
    journals: await journalsOf(incident),
  };
}

/** By address. An intent is written once. */
const read = new Map<string, z.infer<typeof Intent>>();

/** The intents in the vault, read from the bucket. */
async function intentsIn(url: string, calls: readonly Call[]): Promise<readonly Written[]> {
  const paths = calls.flatMap(({ request }, order) => {
    const path = PutObject.safeParse(request).data?.path ?? '';
    return /\/intents\/[0-9a-f]+\.json$/.test(path) ? [{ path, order }] : [];
  });
  return Promise.all(
    paths.map(async ({ path, order }) => {
      const intent = read.get(url + path) ?? Intent.parse(await getJson(url + path));
      read.set(url + path, intent);
      return { ...intent, order };
    }),
  );
}

async function journalsOf({ stack, subject }: AnIncident): Promise<readonly Journal[]> {
  const journals: Journal[] = [];
  for (const id of incidentIds('us-east-1', subject)) {
    const lines = await stack.redis.lrange(`{relight}:journal:${id}`, 0, -1);
    if (lines.length === 0) return journals;
    const raw = lines.map((line) => JSON.parse(line) as Entry);
    // Checked as stored: parsing could hide a change.
    const broken = firstBreak(raw);
    if (broken !== undefined) throw new Error(`I8: the trail of ${id} breaks at entry ${broken}`);
    journals.push({ incident: id, entries: raw.map((line) => Entry.parse(line)) });
  }
  return journals;
}

/** I8 after a crash, before anything is repaired. */
export async function checkTrail(incident: AnIncident): Promise<void> {
  await journalsOf(incident);
}
