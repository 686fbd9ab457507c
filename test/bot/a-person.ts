import { z } from 'zod';
import { actionIds } from '../../src/bot/ids.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { until } from '../support/until.ts';
import { getJson, postJson } from '../support/world.ts';
import type { TestBot } from './a-bot.ts';
import { testPlan } from './a-playbook.ts';

/** People in the Slack stand-in: U0LEAD and U0LEAD2 are leads, U0RESP is a responder, U0GUEST has no role. */

export const channel = 'C0INCIDENT';
export const hash = 'abcdef0123456789';

const Standing = z.object({
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string(),
  blocks: z.array(z.looseObject({ type: z.string(), elements: z.array(z.unknown()).optional() })),
  edits: z.number(),
  metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }),
});
const Ledger = z.object({
  // Messages that show files have no metadata of ours.
  messages: z.array(Standing.partial({ metadata: true })),
  ephemerals: z.array(z.object({ user: z.string(), text: z.string(), thread_ts: z.string().optional() })),
  views: z.array(z.looseObject({ kind: z.string(), view: z.unknown() })),
  calls: z.record(z.string(), z.number()),
  violations: z.array(z.unknown()),
});
export type Standing = z.infer<typeof Standing>;

export async function ledger(bot: TestBot): Promise<z.infer<typeof Ledger>> {
  return Ledger.parse(await getJson(`${bot.slack.url}/_sandbox/ledger`));
}

export async function standing(bot: TestBot, key: string): Promise<Standing> {
  const found = (await ledger(bot)).messages.find(({ metadata }) => metadata?.event_payload.key === key);
  const message = Standing.safeParse(found).data;
  if (message === undefined) throw new Error(`there is no message ${key}`);
  return message;
}

/** An incident that is waiting for the approval of its change, with its thread in Slack. */
export async function openIncident(bot: TestBot, needs = 1): Promise<string> {
  const incident = await openBare(bot);
  const proposal = {
    headline: 'Launch copy',
    request: { TrainingJobName: 'copy' },
    differences: [],
    warnings: [],
  };
  await happened(bot, incident, [
    { type: 'step-done', step: 'found', attempt: 1, result: { checkpoint: 'checkpoint-400' } },
    { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash, role: 'lead', needs },
  ]);
  return incident;
}

export async function openBare(bot: TestBot): Promise<string> {
  const opening = anOpening({ alarm: { ...anOpening().alarm, at: Date.now() } });
  await bot.store.open([
    opening,
    { type: 'playbook-started', playbook: testPlan.id, steps: [...testPlan.steps] },
  ]);
  return opening.incident;
}

export async function happened(
  bot: TestBot,
  incident: string,
  events: readonly IncidentEvent[],
): Promise<void> {
  for (const event of events) await bot.store.transact(incident, () => ({ events: [event], answer: null }));
  await bot.deliver(incident);
}

/** Adds entries as the first version of Relight wrote them, with secrets in plain text. */
export async function plainly(
  bot: TestBot,
  incident: string,
  events: readonly IncidentEvent[],
): Promise<void> {
  for (const event of events) {
    const journal = await bot.store.journal(incident);
    const entry = { seq: journal.length, at: Date.now(), event, prev: journal.at(-1)?.hash ?? '' };
    await bot.redis.client.rpush(
      `{relight}:journal:${incident}`,
      JSON.stringify(chain.seal(entry, incident)),
    );
  }
  await bot.deliver(incident);
}

export interface Press {
  readonly action?: string;
  readonly value?: string;
}

/** Clicks the button of the change, or another one in the thread. */
export async function press(
  bot: TestBot,
  user: string,
  { action = actionIds.approve, value = `rl-test1234.resumed.1.${hash.slice(0, 8)}` }: Press = {},
): Promise<void> {
  const { ts } = await standing(bot, 'card');
  await postJson(`${bot.slack.url}/_sandbox/click`, { user, channel, ts, action_id: action, value });
}

export async function send(bot: TestBot, user: string, text: string, where = channel): Promise<void> {
  await postJson(`${bot.slack.url}/_sandbox/command`, { user, channel: where, command: '/relight', text });
}

/** The ephemeral replies to this person's clicks. */
export async function toldTo(bot: TestBot, user: string): Promise<string[]> {
  return (await ledger(bot)).ephemerals.filter((one) => one.user === user).map(({ text }) => text);
}

const Visible = z.object({
  messages: z.array(z.looseObject({ text: z.string(), ephemeral_to: z.string().optional() })),
});

/** The replies to this person's commands. */
export async function repliesTo(bot: TestBot, user: string): Promise<string[]> {
  const { messages } = Visible.parse(await getJson(`${bot.slack.url}/_control/messages/${channel}`));
  return messages.filter(({ ephemeral_to }) => ephemeral_to === user).map(({ text }) => text);
}

/** Sends `/relight` with these words and returns the reply. */
export async function answerTo(bot: TestBot, user: string, text: string): Promise<string> {
  const before = (await repliesTo(bot, user)).length;
  await send(bot, user, text);
  const replies = await until(async () => {
    const all = await repliesTo(bot, user);
    return all.length > before && all;
  }, `an answer to /relight ${text}`);
  return replies.at(-1) ?? '';
}

export async function eventsOf(
  bot: TestBot,
  incident: string,
  type: IncidentEvent['type'],
): Promise<IncidentEvent[]> {
  return (await bot.store.journal(incident)).map(({ event }) => event).filter((event) => event.type === type);
}
