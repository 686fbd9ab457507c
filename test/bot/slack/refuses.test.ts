import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { createSlackServices } from '../../../src/app/slack-services.ts';
import { slackHealth } from '../../../src/app/threads/slack-health.ts';
import { createThreadWatches, runThreadWatches } from '../../../src/app/threads/thread-watches.ts';
import { createTestCore } from '../../support/core.ts';
import { until } from '../../support/until.ts';
import { getJson, postJson } from '../../support/world.ts';
import { startBot, type TestBot } from '../a-bot.ts';
import { startDeliveryProcess } from '../a-delivery-process.ts';
import { happened, ledger, openIncident } from '../a-person.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;

interface RefusedThread {
  readonly bot: TestBot;
  /** What readiness says is wrong with Slack. */
  readonly ready: () => Promise<string | undefined>;
  readonly refuse: (method: string, error: string) => Promise<unknown>;
  /** The keys of the messages in the thread. */
  readonly keys: () => Promise<readonly (string | undefined)[]>;
  /** How many calls that post or change a message Slack has seen. */
  readonly posts: () => Promise<number>;
  readonly failedJobs: () => Promise<number>;
}

async function startRefusedThread(
  onTestFinished: (close: () => Promise<void>) => void,
): Promise<RefusedThread> {
  const bot = await startBot();
  onTestFinished(bot.close);
  await openIncident(bot);
  const process = await startDeliveryProcess(bot);
  onTestFinished(process.stop);
  const core = createTestCore(bot.redis.client, {
    catalog: bot.catalog,
    settings: () => bot.settings,
    slack: { apiUrl: `${bot.slack.url}/api/` },
  });
  const slack = createSlackServices(core);
  const watches = createThreadWatches(core, slack);
  const stop = runThreadWatches(watches, core, () => undefined);
  onTestFinished(async () => stop());
  const { checks } = slackHealth(core, slack, { watches, connected: () => true });
  return {
    bot,
    ready: async () => checks[0]?.run(),
    refuse: async (method, error) =>
      postJson(`${bot.slack.url}/_sandbox/faults`, {
        method,
        kind: 'error',
        error,
        status: 200,
        count: 100_000,
      }),
    keys: async () => (await ledger(bot)).messages.map(({ metadata }) => metadata?.event_payload.key),
    posts: async () => {
      const { calls } = (await getJson(`${bot.slack.url}/_sandbox/ledger`)) as {
        calls: Record<string, number>;
      };
      return (calls['chat.postMessage'] ?? 0) + (calls['chat.update'] ?? 0);
    },
    failedJobs: async () => {
      const queue = new Queue('relight-messages', { connection: bot.redis.client, prefix: '{relight}' });
      try {
        return await queue.getFailedCount();
      } finally {
        await queue.close();
      }
    },
  };
}

/** Errors of Slack about the token, the app or the channel, which concern every message. They wait for Relight's next try. */
describe.concurrent('a thread whose messages Slack refuses with', () => {
  it.for([
    ['token_revoked', /^Slack refuses the token: token_revoked .*SLACK_BOT_TOKEN/],
    ['missing_scope', /^The Slack app lacks a permission: missing_scope .*manifest\.yml/],
    ['is_archived', /^A Slack channel .* cannot be used: is_archived for C0INCIDENT.*not archived/],
    [
      'not_in_channel',
      /^A Slack channel .* cannot be used: not_in_channel for C0INCIDENT.*\/invite @Relight/,
    ],
  ] as const)(
    '%s is tried a few times, says so in readiness, and goes on by itself with each message once',
    async ([error, says], { onTestFinished }) => {
      const { bot, ready, refuse, keys, posts, failedJobs } = await startRefusedThread(onTestFinished);
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
      expect(await failedJobs()).toBe(0);

      await fetch(`${bot.slack.url}/_sandbox/faults`, { method: 'DELETE' });
      await until(async () => (await ready()) === undefined, 'readiness to return');
      await until(async () => (await keys()).length > before, 'the new messages');
      const shown = await keys();
      expect(new Set(shown).size).toBe(shown.length);
    },
  );

  it('nothing but about itself does not keep other threads back, and stays one job', async ({
    onTestFinished,
  }) => {
    const { bot, ready, refuse, posts, failedJobs } = await startRefusedThread(onTestFinished);
    await refuse('chat.update', 'invalid_arguments');
    await happened(bot, id, [{ type: 'taken', by }]).catch(() => undefined);
    await until(async () => (await posts()) > 2, 'several tries');

    expect(await ready()).toBeUndefined();
    expect(await failedJobs()).toBe(0);
  });
});
