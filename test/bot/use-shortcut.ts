import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { credentials } from '../../sandbox/relight-process.ts';
import { startShortcutId } from '../../src/bot/ids.ts';
import { getJson } from '../support/world.ts';
import type { TestBot } from './a-bot.ts';
import { answerTo } from './a-person.ts';

/** Sends the message shortcut as Slack signs it, with a trigger that Slack has just issued. The bot is in HTTP mode. */
export async function useShortcutOn(
  bot: TestBot,
  { user, message, channel }: { readonly user: string; readonly message: unknown; readonly channel: string },
): Promise<void> {
  await answerTo(bot, user, 'list');
  const log = JSON.stringify(await getJson(`${bot.slack.url}/_control/log`));
  const trigger = [...log.matchAll(/trigger_id\W+([\w.-]+)/g)].at(-1)?.[1];
  const payload = {
    type: 'message_action',
    callback_id: startShortcutId,
    trigger_id: trigger,
    user: { id: user, team_id: 'T0SANDBOX' },
    team: { id: 'T0SANDBOX' },
    channel: { id: channel, name: 'any' },
    message,
  };
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = createHmac('sha256', credentials.signingSecret).update(`v0:${timestamp}:${body}`);
  const response = await fetch(`${bot.url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signed.digest('hex')}`,
    },
    body,
  });
  expect(response.status).toBe(200);
}
