import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { credentials } from '../../sandbox/relight-process.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { channel, eventsOf, hash, openIncident, press, toldTo } from './a-person.ts';

/** In HTTP mode only a request that Slack has just signed, and only its first copy, has an effect. */
describe('a request to /slack/events', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  const click = `payload=${encodeURIComponent(
    JSON.stringify({
      type: 'block_actions',
      user: { id: 'U0LEAD', team_id: 'T0SANDBOX' },
      team: { id: 'T0SANDBOX' },
      channel: { id: channel },
      trigger_id: '1.2.3',
      actions: [
        {
          type: 'button',
          action_id: 'relight_approve',
          block_id: 'b',
          value: `${id}.resumed.1.${hash.slice(0, 8)}`,
        },
      ],
    }),
  )}`;

  async function post(
    timestamp: string,
    signature: string,
    body: string | Buffer = click,
    more: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const response = await fetch(`${bot.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
        ...more,
      },
      body,
    });
    return response.status;
  }

  function sign(timestamp: string, secret: string = credentials.signingSecret, body = click): string {
    return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  }

  const seconds = (shift = 0): string => String(Math.floor(Date.now() / 1000) + shift);
  const approvals = async (): Promise<number> => (await eventsOf(bot, id, 'step-approved')).length;

  it('that Slack has just signed is accepted once', async () => {
    bot = await startBot({ mode: 'http' });
    await openIncident(bot);
    const now = seconds();

    expect(await post(now, sign(now))).toBe(200);
    expect(await post(now, sign(now))).toBe(401);
    expect(await post(now, `${sign(now)}=`)).toBe(401);
    expect(await post(now, `${sign(now)}=x`)).toBe(401);
    expect(await approvals()).toBe(1);
  });

  it.each([
    ['from six minutes ago', -360],
    ['from six minutes ahead', 360],
  ])('%s is refused', async (_, shift) => {
    bot = await startBot({ mode: 'http' });
    await openIncident(bot);

    expect(await post(seconds(shift), sign(seconds(shift)))).toBe(401);
    expect(await approvals()).toBe(0);
  });

  it('with an invalid timestamp, a wrong signature or another body is refused', async () => {
    bot = await startBot({ mode: 'http' });
    await openIncident(bot);
    const now = seconds();

    expect(await post(`${now}.0`, sign(`${now}.0`))).toBe(401);
    expect(await post(now, sign(now, 'another-secret'))).toBe(401);
    expect(await post(now, '')).toBe(401);
    expect(await post(now, sign(now), `${click}&more=1`)).toBe(401);
    expect(await approvals()).toBe(0);
  });

  it('with the right signature in another form than Slack sends is refused, because it could be a second form of one request', async () => {
    bot = await startBot({ mode: 'http' });
    await openIncident(bot);
    const now = seconds();
    const home = JSON.stringify({ type: 'event_callback', event: { type: 'any', text: '\uFFFD' } });
    const otherBytes = Buffer.from(home.replace('\uFFFD', '\u00FF'), 'latin1');
    const json = { 'content-type': 'application/json' };

    expect(await post(`0${now}`, sign(now))).toBe(401);
    expect(await post(now, sign(now), gzipSync(click), { 'content-encoding': 'gzip' })).toBe(401);
    expect(await post(now, sign(now), click, { 'content-type': 'text/plain' })).toBe(401);
    expect(await post(now, sign(now, undefined, home), otherBytes, json)).toBe(401);
    expect(await post(now, sign(now, undefined, home), home, json)).toBe(200);
    expect(await approvals()).toBe(0);
  });

  it('from the workspace works end to end', async () => {
    bot = await startBot({ mode: 'http' });
    await openIncident(bot);

    await press(bot, 'U0LEAD');

    await until(async () => (await toldTo(bot, 'U0LEAD')).length > 0, 'U0LEAD to be told');
    expect(await toldTo(bot, 'U0LEAD')).toEqual([
      expect.stringContaining('✅ Approved. Relight is running it now.'),
    ]);
  });
});
