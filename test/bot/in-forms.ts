import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import type { TestBot } from './a-bot.ts';
import { ledger, standing, toldTo } from './a-person.ts';

/** Waits until this person has been told so many sentences. */
export async function told(bot: TestBot, user: string, count = 1): Promise<string[]> {
  return until(async () => {
    const texts = await toldTo(bot, user);
    return texts.length >= count && texts;
  }, `${user} to be told ${count} sentences`);
}

/** The blocks of the card once they contain the text. */
export async function cardSays(bot: TestBot, text: string): Promise<string> {
  return until(async () => {
    const present = JSON.stringify(await standing(bot, 'card'));
    return present.includes(text) && present;
  }, `the card to say ${text}`);
}

export async function formOpen(bot: TestBot, callback: string): Promise<void> {
  await until(
    async () => (await ledger(bot)).views.some(({ view }) => JSON.stringify(view).includes(callback)),
    `the form ${callback} to open`,
  );
}

/** Submits the open form with one element per block, under the same id. */
export async function submit(bot: TestBot, user: string, values: Record<string, unknown>): Promise<unknown> {
  return postJson(`${bot.slack.url}/_sandbox/submit-view`, {
    user,
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { [key]: value }])),
  });
}

export function typed(value: string): unknown {
  return { type: 'plain_text_input', value };
}

export function chosen(value: string): unknown {
  return { type: 'static_select', selected_option: { value } };
}
