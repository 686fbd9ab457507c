import { Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackServices } from '../../../src/app/bot-role.ts';
import { slackHealth } from '../../../src/app/threads/slack-health.ts';
import { createThreadWatches, runThreadWatches } from '../../../src/app/threads/thread-watches.ts';
import { createTestCore } from '../../support/core.ts';
import { until } from '../../support/until.ts';
import { getJson, postJson } from '../../support/world.ts';
import { startBot, type TestBot } from '../a-bot.ts';
import { type DeliveryProcess, startDeliveryProcess } from '../a-delivery-process.ts';
import { happened, ledger, openIncident } from '../a-person.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;

/** Errors of Slack about the token, the app or the channel, which concern every message. */
describe('a thread whose messages Slack refuses with', () => {
  let bot: TestBot;
  let process: DeliveryProcess;
  let stop: () => void;
  let ready: () => Promise<string | undefined>;

  beforeEach(async () => {
    bot = await startBot();
    await openIncident(bot);
    process = await startDeliveryProcess(bot);
    const core = createTestCore(bot.redis.client, {
      catalog: bot.catalog,
      settings: () => bot.settings,
      slack: { apiUrl: `${bot.slack.url}/api/` },
    });
    const slack = createSlackServices(core);
    const watches = createThreadWatches(core, slack);
    stop = runThreadWatches(watches, core, () => undefined);
    const { checks } = slackHealth(core, slack, { watches, connected: () => true });
    ready = async () => checks[0]?.run();
  });
  afterEach(async () => {
    stop();
    await process.stop();
    await bot.close();
  });

  const refuse = async (method: string, error: string): Promise<unknown> =>
    postJson(`${bot.slack.url}/_sandbox/faults`, {
      method,
      kind: 'error',
      error,
      status: 200,
      count: 100_000,
    });
  const keys = async (): Promise<(string | undefined)[]> =>
    (await ledger(bot)).messages.map(({ metadata }) => metadata?.event_payload.key);
  const posts = async (): Promise<number> => {
    const { calls } = (await getJson(`${bot.slack.url}/_sandbox/ledger`)) as {
      calls: Record<string, number>;
    };
    return (calls['chat.postMessage'] ?? 0) + (calls['chat.update'] ?? 0);
  };

  it.each([
    ['token_revoked', /^Slack refuses the token: token_revoked .*SLACK_BOT_TOKEN/],
    ['missing_scope', /^The Slack app lacks a permission: missing_scope .*manifest\.yml/],
    ['is_archived', /^A Slack channel .* cannot be used: is_archived for C0INCIDENT.*not archived/],
    [
      'not_in_channel',
      /^A Slack channel .* cannot be used: not_in_channel for C0INCIDENT.*\/invite @Relight/,
    ],
  ])(
    '%s is tried a few times, says so in readiness, and goes on by itself with each message once',
    async (error, says) => {
      for (const method of [
        'chat.postMessage',
        'chat.update',
        'conversations.history',
        'conversations.replies',
      ])
        await refuse(method, error);
      await bot.store.record(id, () => [{ type: 'taken', by }]);
      await until(async () => says.test((await ready()) ?? ''), 'readiness to say it');
      const tried = await posts();
      const before = (await keys()).length;
      for (const user of ['U0LEAD2', 'U0RESP'])
        for (let times = 0; times < 5; times += 1) {
          await bot.store.record(id, () => [
            { type: 'help-called', call: { users: [user], groups: [] }, by },
          ]);
          await bot.deliver(id);
        }

      // Without the gate, each of these ten deliveries would have called Slack.
      expect((await posts()) - tried).toBeLessThanOrEqual(2);
      const queue = new Queue('relight-messages', { connection: bot.redis.client, prefix: '{relight}' });
      expect(await queue.getFailedCount()).toBe(0);
      await queue.close();

      await fetch(`${bot.slack.url}/_sandbox/faults`, { method: 'DELETE' });
      await until(async () => (await ready()) === undefined, 'readiness to return');
      await until(async () => (await keys()).length > before, 'the new messages');
      const shown = await keys();
      expect(new Set(shown).size).toBe(shown.length);
    },
  );

  it('nothing but about itself does not keep other threads back, and stays one job', async () => {
    await refuse('chat.update', 'invalid_arguments');
    await happened(bot, id, [{ type: 'taken', by }]).catch(() => undefined);
    await until(async () => (await posts()) > 2, 'several tries');

    expect(await ready()).toBeUndefined();
    const queue = new Queue('relight-messages', { connection: bot.redis.client, prefix: '{relight}' });
    expect(await queue.getFailedCount()).toBe(0);
    await queue.close();
  });
});
