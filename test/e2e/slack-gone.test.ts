import { createServer, type Server } from 'node:http';
import { Queue } from 'bullmq';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { atMost, below } from '../../bench/figures.ts';
import { closed, listening } from '../../sandbox/listen.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { report } from '../chaos/support/figures.ts';
import { failJob } from '../support/aws-ledger.ts';
import { slackLedger, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, getJson, goldJob, postJson, type World } from '../support/world.ts';

const Message = z.looseObject({
  state: z.string(),
  text: z.string(),
  dedup_key: z.string(),
  incident: z.string().optional(),
  job: z.string().optional(),
});
const secret = 'Fallb4ckSecretFallb4ckSecret';
const silverJob = 'srl-rlvr-silver-20251103';

/** A token that was revoked while incidents are open: nobody can read their threads, and nobody may be left uninformed. */
describe('while Slack refuses the token', () => {
  let world: World;
  let hook: Server;
  const received: { readonly authorization: string | undefined; readonly body: z.infer<typeof Message> }[] =
    [];

  afterEach(async () => {
    await world.close();
    await closed(hook);
  });

  async function startHook(): Promise<string> {
    hook = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (request.method === 'POST')
          received.push({
            authorization: request.headers.authorization,
            body: Message.parse(JSON.parse(text)),
          });
        response.end();
      });
    });
    return listening(hook, 0);
  }

  const states = (): string[] => received.map(({ body: { state } }) => state);
  const slackCalls = async (): Promise<number> => {
    const { calls } = z
      .object({ calls: z.record(z.string(), z.number()) })
      .parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
    return Object.values(calls).reduce((sum, one) => sum + one, 0);
  };
  const answerOf = async (
    relight: RelightProcess,
    path: string,
  ): Promise<{ status: number; text: string }> => {
    const port = /port (\d+)/.exec(relight.output())?.[1];
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };

  it('says so in /readyz and /metrics, sends open incidents to the fallback, and shows everything once when it is back', async (context) => {
    const url = await startHook();
    world = await createWorld({
      configure: (yaml) => `${yaml}\nnotify_fallback: { webhook: "${url}/relight" }\n`,
    });
    const relight = await world.start('all', { environment: { RELIGHT_FALLBACK_SECRET: secret } });
    await failJob(world, goldJob, 'spot-interruption');
    await waitForButton(world, 'step-resumed', 'Resume training');
    const before = (await slackLedger(world)).messages.length;
    await postJson(`${world.slack.url}/_sandbox/faults`, {
      kind: 'error',
      error: 'token_revoked',
      status: 200,
      count: 1_000_000,
    });
    await failJob(world, silverJob, 'spot-interruption');

    await until(
      async () => (await answerOf(relight, '/readyz')).text.includes('token_revoked for C0'),
      'readiness',
    );
    const ready = await answerOf(relight, '/readyz');
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text).slack).toMatch(
      /^Slack refuses the token: token_revoked for C0INCIDENT, since .*\. Reinstall the app .* SLACK_BOT_TOKEN\.$/,
    );
    expect((await answerOf(relight, '/healthz')).status).toBe(200);
    const callsBefore = await slackCalls();
    const at = performance.now();
    await until(
      () => states().filter((one) => one === 'needs-approval').length >= 2,
      'both incidents past Slack',
    );
    const minutes = (performance.now() - at) / 60_000;

    // One try in 30 s, of one or two calls, besides the first pauses and the check of the token.
    const calls = (await slackCalls()) - callsBefore;
    expect(calls).toBeLessThan(10 + 8 * minutes);
    const queue = new Queue('relight-messages', { connection: world.redis.client, prefix: '{relight}' });
    const failed = await queue.getFailedCount();
    expect(failed).toBe(0);
    await queue.close();
    const metrics = (await answerOf(relight, '/metrics')).text;
    expect(metrics).toMatch(/relight_slack_errors_total\{error="token_revoked"\} [1-9]/);
    expect(metrics).toMatch(/relight_outbox_depth [1-9]/);
    expect(metrics).toMatch(/relight_outbox_oldest_seconds [1-9]/);
    expect(states().filter((one) => one === 'slack-down')).toHaveLength(1);
    const keys = received.map(({ body: { dedup_key: key } }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(received.filter(({ body }) => body.job === silverJob).map(({ body: { state } }) => state)).toEqual(
      expect.arrayContaining(['opened', 'needs-approval']),
    );
    expect(received.every(({ authorization }) => authorization === `Bearer ${secret}`)).toBe(true);
    expect((await slackLedger(world)).messages).toHaveLength(before);

    const healed = performance.now();
    await fetch(`${world.slack.url}/_sandbox/faults`, { method: 'DELETE' });
    await until(async () => {
      const shown = (await slackLedger(world)).messages.filter(
        ({ metadata }) => metadata?.event_payload.key === 'step-resumed',
      );
      return shown.length === 2;
    }, 'the second thread');
    const shownAfter = (performance.now() - healed) / 1_000;
    expect(shownAfter).toBeLessThan(90);
    await until(() => states().includes('slack-back'), 'the message that Slack is back');
    await until(async () => (await answerOf(relight, '/readyz')).status === 200, 'readiness to return');
    const { messages, violations } = await slackLedger(world);
    const shown = messages.map(({ metadata }) => JSON.stringify(metadata?.event_payload));
    expect(new Set(shown).size).toBe(shown.length);
    expect(violations).toEqual([]);
    expect(states().filter((one) => one === 'slack-back')).toHaveLength(1);
    expect(relight.output()).not.toContain(secret);
    report(
      context,
      atMost(
        'T26: messages shown twice once Slack takes the token again',
        shown.length - new Set(shown).size,
        0,
      ),
      atMost('T26: failed jobs while Slack refuses the token', failed, 0),
      below(
        'T26: calls to Slack while it refuses the token',
        calls / minutes,
        Math.ceil(10 / minutes) + 8,
        'a minute',
        'fixed',
      ),
      below('T26: everything is shown after Slack is back', shownAfter, 90, 's', 'machine'),
    );
  });
});
