import { WebAPIRateLimitedError } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { credentials } from '../../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../../sandbox/slack/start.ts';
import { createSlackServices, type SlackServices } from '../../../src/app/slack-services.ts';
import { createTestCore } from '../../support/core.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';
import { getJson, postJson } from '../../support/world.ts';

const Ledger = z.object({ calls: z.record(z.string(), z.number()), early: z.array(z.unknown()) });

describe('a rate limit that Slack answered to one process', () => {
  let slack: SlackFront;
  let redis: TestRedis;

  beforeEach(async () => {
    [slack, redis] = await Promise.all([startSlackFront({ port: 0, ...credentials }), startRedis()]);
  });
  afterEach(async () => Promise.all([slack.close(), redis.close()]));

  /** What each process of Relight has of Slack. */
  function aProcess(): SlackServices {
    return createSlackServices(createTestCore(redis.client, { slack: { apiUrl: `${slack.url}/api/` } }));
  }
  async function limit(method: string, retryAfter: number): Promise<void> {
    await postJson(`${slack.url}/_sandbox/faults`, { method, kind: 'ratelimited', count: 1, retryAfter });
  }
  async function ledger(): Promise<z.infer<typeof Ledger>> {
    return Ledger.parse(await getJson(`${slack.url}/_sandbox/ledger`));
  }
  async function pauseIsShared(): Promise<void> {
    await until(async () => (await redis.client.keys('*slack-pause*')).length > 0, 'the pause in Redis');
  }
  const list = async ({ client }: SlackServices): Promise<unknown> =>
    client.usergroups.users.list({ usergroup: 'S0LEADS' });

  it('keeps every other process, also one that starts later, from calling the method', async () => {
    const [bot, worker] = [aProcess(), aProcess()];
    await limit('usergroups.users.list', 600);
    await expect(list(bot)).rejects.toThrow(WebAPIRateLimitedError);

    await pauseIsShared();
    await expect(list(worker)).rejects.toThrow(WebAPIRateLimitedError);
    await expect(list(aProcess())).rejects.toThrow(WebAPIRateLimitedError);
    expect((await ledger()).calls).toMatchObject({ 'usergroups.users.list': 1 });
  });

  it('ends for every process when the time is over that Slack asked for', async () => {
    const [bot, worker] = [aProcess(), aProcess()];
    await limit('usergroups.users.list', 2);
    await expect(list(bot)).rejects.toThrow(WebAPIRateLimitedError);

    await pauseIsShared();
    const listed = async (): Promise<boolean> =>
      list(worker).then(
        () => true,
        () => false,
      );
    await until(listed, 'the method to be called again');
    expect(await ledger()).toMatchObject({ calls: { 'usergroups.users.list': 2 }, early: [] });
  });

  it('does not keep it from calling other methods', async () => {
    const [bot, worker] = [aProcess(), aProcess()];
    await limit('usergroups.users.list', 30);
    await expect(list(bot)).rejects.toThrow(WebAPIRateLimitedError);

    expect(await worker.client.users.info({ user: 'U0LEAD' })).toMatchObject({ ok: true });
  });

  it('is kept by the process itself while Redis hangs, and no call waits for Redis', async () => {
    const [bot, worker] = [aProcess(), aProcess()];
    await limit('usergroups.users.list', 30);
    await redis.client.call('CLIENT', 'PAUSE', '20000', 'ALL');

    const from = performance.now();
    await expect(list(bot)).rejects.toThrow(WebAPIRateLimitedError);
    await expect(list(bot)).rejects.toThrow(WebAPIRateLimitedError);
    expect(await list(worker)).toMatchObject({ ok: true });
    // Far below the 20 s of the pause, and far above what three calls take on a busy machine.
    expect(performance.now() - from).toBeLessThan(15_000);
    expect((await ledger()).calls).toMatchObject({ 'usergroups.users.list': 2 });
  });
});
