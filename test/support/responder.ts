import { z } from 'zod';
import { patienceMs, until } from './until.ts';
import { getJson, postJson } from './world.ts';

/** Anything with a stand-in for Slack: a test world or a demo. */
export interface HasSlack {
  readonly slack: { readonly url: string };
}

const channel = 'C0INCIDENT';
/** The user id of a lead in the sandbox's workspace. */
export const lead = 'U0LEAD';
/** Another lead, who approves what the first one asked for. */
export const otherLead = 'U0LEAD2';

const Button = z.object({
  type: z.literal('button'),
  action_id: z.string(),
  value: z.string().optional(),
  text: z.object({ text: z.string() }),
});
const Block = z.looseObject({ type: z.string(), elements: z.array(z.unknown()).optional() });
const Message = z.object({
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string(),
  blocks: z.array(Block).default([]),
  edits: z.number(),
  files: z.array(z.looseObject({ name: z.string() })).optional(),
  metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }).optional(),
});
const Ledger = z.object({
  messages: z.array(Message),
  violations: z.array(z.unknown()),
  rateLimited: z.number(),
});

export type SlackMessage = z.infer<typeof Message>;

/** All messages in Slack, and rate limit and validation violations. */
export async function slackLedger(world: HasSlack): Promise<z.infer<typeof Ledger>> {
  return Ledger.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
}

export async function messageOf(world: HasSlack, key: string): Promise<SlackMessage | undefined> {
  return (await slackLedger(world)).messages.find((message) => message.metadata?.event_payload.key === key);
}

export function buttonsOf(message: SlackMessage): { label: string; actionId: string; value: string }[] {
  return message.blocks
    .flatMap((block) => block.elements ?? [])
    .flatMap((element) => {
      const button = Button.safeParse(element);
      return button.success
        ? [{ label: button.data.text.text, actionId: button.data.action_id, value: button.data.value ?? '' }]
        : [];
    });
}

/** Waits for a button on a step's message. */
export async function waitForButton(
  world: HasSlack,
  key: string,
  label: string,
  timeoutMs = patienceMs,
): Promise<{ message: SlackMessage; actionId: string; value: string }> {
  return untilShown(
    world,
    async () => {
      const message = await messageOf(world, key);
      const button = message && buttonsOf(message).find((one) => one.label.includes(label));
      return message && button && { message, ...button };
    },
    `the button "${label}" on ${key}`,
    timeoutMs,
  );
}

/** Waits until a message shows this text, because messages are updated one after the other; returns its visible text. */
export async function waitForText(
  world: HasSlack,
  key: string,
  words: string,
  timeoutMs = patienceMs,
): Promise<string> {
  return untilShown(
    world,
    async () => {
      const shown = visibleText(await messageOf(world, key));
      return shown.includes(words) && shown;
    },
    `"${words}" on ${key}`,
    timeoutMs,
  );
}

/** Waits for something to be shown in Slack; on timeout, the error lists what is shown instead. */
async function untilShown<T>(
  world: HasSlack,
  probe: () => Promise<T | undefined | false>,
  what: string,
  timeoutMs: number,
): Promise<T> {
  try {
    return await until(async () => (await probe()) || pressAgain(world), what, timeoutMs);
  } catch (error) {
    const { messages } = await slackLedger(world);
    const shown = messages.map((one) => `${one.metadata?.event_payload.key ?? '-'}: ${visibleText(one)}`);
    throw new Error([String(error), ...shown].join('\n\n'));
  }
}

/** Waits for the card to report the recovery. */
export async function waitForRecovery(world: HasSlack, word = 'Recovered'): Promise<string> {
  return waitForText(world, 'card', `${word} in`);
}

export interface MessageButton {
  readonly message: SlackMessage;
  readonly actionId: string;
  readonly value: string;
}

/** The last click in each Slack. `asked`: how often the bot had asked the person by then to press again. */
const lastClicks = new WeakMap<
  HasSlack['slack'],
  { user: string; button: MessageButton; asked: number; at: number }
>();

/** Clicks, and while something is awaited in the thread, presses again when the bot asks for it, as a person would. */
export async function click(world: HasSlack, user: string, button: MessageButton): Promise<void> {
  const asked = await timesAsked(world, user);
  lastClicks.set(world.slack, { user, button, asked, at: Date.now() });
  await press(world, user, button);
}

async function pressAgain(world: HasSlack): Promise<undefined> {
  const last = lastClicks.get(world.slack);
  if (last === undefined || Date.now() - last.at < 2_000) return;
  const asked = await timesAsked(world, last.user);
  lastClicks.set(world.slack, { ...last, asked, at: Date.now() });
  if (asked > last.asked) await press(world, last.user, last.button);
}

/** A busy machine makes the bot say so: it could not record the click, or find out whose it is, within 3 s. */
async function timesAsked(world: HasSlack, user: string): Promise<number> {
  const told = await ephemeralsTo(world, user);
  return told.filter((text) => /Not recorded, press again|Press again in a moment/.test(text)).length;
}

export async function press(
  world: HasSlack,
  user: string,
  { message, actionId, value }: MessageButton,
): Promise<void> {
  await postJson(`${world.slack.url}/_sandbox/click`, {
    user,
    channel: message.channel,
    ts: message.ts,
    action_id: actionId,
    value,
  });
}

/** Sends a slash command in the incident channel. */
export async function command(world: HasSlack, user: string, text: string): Promise<void> {
  await postJson(`${world.slack.url}/_sandbox/command`, { user, channel, command: '/relight', text });
}

const Told = z.object({
  messages: z.array(
    z.looseObject({
      text: z.string().default(''),
      blocks: z.unknown().optional(),
      ephemeral_to: z.string().optional(),
    }),
  ),
});

/** All ephemeral messages to this user, including responses to commands. */
export async function ephemeralsTo(world: HasSlack, user: string): Promise<string[]> {
  const { messages } = Told.parse(await getJson(`${world.slack.url}/_control/messages/${channel}`));
  return messages
    .filter((one) => one.ephemeral_to === user)
    .map(({ text, blocks }) => [text, ...textsIn(blocks)].join('\n'));
}

/** The visible text of a message, in reading order. */
export function visibleText(message: SlackMessage | undefined): string {
  return message === undefined ? '' : textsIn(message.blocks).join('\n');
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'text' && typeof one === 'string' ? [one] : textsIn(one),
  );
}
