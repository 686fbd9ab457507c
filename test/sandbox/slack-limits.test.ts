import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { credentials } from '../../sandbox/relight-process.ts';
import { RateLimits } from '../../sandbox/slack/limits.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { getJson } from '../support/world.ts';

const Ledger = z.object({ messages: z.array(z.unknown()), rateLimited: z.number() });

describe('the stand-in for Slack with rate limits', () => {
  let slack: SlackFront;
  let now: number;

  beforeEach(async () => {
    now = 0;
    slack = await startSlackFront({ port: 0, limits: new RateLimits(() => now), ...credentials });
  });
  afterEach(async () => slack.close());

  async function call(method: string, args: object): Promise<[number, string | null]> {
    const answer = await fetch(`${slack.url}/api/${method}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${credentials.botToken}`,
      },
      body: JSON.stringify(args),
    });
    return [answer.status, answer.headers.get('retry-after')];
  }
  const post = async (channel = 'C0INCIDENT') => call('chat.postMessage', { channel, text: 'news' });
  const ledger = async () => Ledger.parse(await getJson(`${slack.url}/_sandbox/ledger`));

  it('allows a burst, then one message per second, and returns the time to wait', async () => {
    for (let nth = 0; nth < 5; nth += 1) expect(await post()).toEqual([200, null]);
    expect(await post()).toEqual([429, '1']);
    now += 1_000;
    expect(await post()).toEqual([200, null]);
    expect(await post()).toEqual([429, '1']);

    const { messages, rateLimited } = await ledger();
    expect(messages).toHaveLength(6);
    expect(rateLimited).toBe(2);
  });

  it('counts each channel separately, and updates separately from messages', async () => {
    for (let nth = 0; nth < 6; nth += 1) await post();
    const update = async () => call('chat.update', { channel: 'C0INCIDENT', ts: '1.1', text: 'news' });

    expect((await post('C0GENERAL'))[0]).toBe(200);
    for (let nth = 0; nth < 50; nth += 1) expect((await update())[0]).toBe(200);
    expect(await update()).toEqual([429, '2']);
  });
});
