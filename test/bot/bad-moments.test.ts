import { afterEach, describe, expect, it } from 'vitest';
import { replyLimits } from '../../src/bot/clicks/deadline.ts';
import { actionIds, declineFormId } from '../../src/bot/ids.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, ledger, openIncident, press, toldTo } from './a-person.ts';
import { formOpen, submit, typed } from './in-forms.ts';

/** Clicks while Redis or Slack does not respond in time. */
describe('a click at a bad moment', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  const approvals = async (): Promise<number> => (await eventsOf(bot, id, 'step-approved')).length;
  const told = async (user: string, count: number): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);

  it('says "not recorded" while Redis cannot write, and the write that Redis takes later has no effect', async () => {
    bot = await startBot({ limits: replyLimits });
    await openIncident(bot);
    await bot.redis.client.call('CLIENT', 'PAUSE', '2500', 'WRITE');

    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 1)).toEqual(['⚠️ Not recorded, press again.']);
    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 2)).toContainEqual(expect.stringContaining('✅ Approved.'));
    expect(await approvals()).toBe(1);
  });

  it('is not recorded after the person was told that it was not', async () => {
    bot = await startBot({ limits: replyLimits });
    await openIncident(bot);
    await bot.redis.client.call('CLIENT', 'PAUSE', '2500', 'ALL');

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 1)).toEqual(['⚠️ Not recorded, press again.']);
    expect(await approvals()).toBe(0);
    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 2)).toContainEqual(
      expect.stringContaining('✅ Approved. Relight is running it now.'),
    );
    expect(await approvals()).toBe(1);
  });

  it('keeps a form open with what was typed, and says so before Slack gives up, while Redis is silent', async () => {
    bot = await startBot({ limits: replyLimits });
    await openIncident(bot);
    await press(bot, 'U0LEAD', { action: actionIds.decline });
    await formOpen(bot, declineFormId);
    await bot.redis.client.call('CLIENT', 'PAUSE', '3500', 'ALL');
    const from = Date.now();

    const answer = await submit(bot, 'U0LEAD', { reason: typed('the wrong checkpoint') });

    expect(answer).toMatchObject({ ok: false, errors: { reason: '⚠️ Not recorded, press again.' } });
    expect(Date.now() - from).toBeLessThan(3_000);
    expect(await eventsOf(bot, id, 'step-declined')).toEqual([]);
    await submit(bot, 'U0LEAD', { reason: typed('the wrong checkpoint') });
    await until(async () => (await eventsOf(bot, id, 'step-declined')).length > 0, 'the decline');
  });

  it('is refused while Slack does not confirm who the person is', async () => {
    bot = await startBot({ limits: replyLimits });
    await openIncident(bot);
    await postJson(`${bot.slack.url}/_sandbox/faults`, { method: 'users.info', kind: 'error', count: 1 });

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 1)).toEqual([expect.stringContaining('Slack did not confirm who you are')]);
    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 2)).toContainEqual(
      expect.stringContaining('✅ Approved. Relight is running it now.'),
    );
  });

  it('is answered again if Slack lost the same answer a moment ago', async () => {
    bot = await startBot({ limits: replyLimits });
    await openIncident(bot);
    await press(bot, 'U0LEAD');
    await told('U0LEAD', 1);
    const answers = async (): Promise<number> => (await ledger(bot)).calls['chat.postEphemeral'] ?? 0;
    const before = await answers();
    await postJson(`${bot.slack.url}/_sandbox/faults`, {
      method: 'chat.postEphemeral',
      kind: 'error',
      count: 1,
    });

    await press(bot, 'U0LEAD');
    await until(async () => (await answers()) > before, 'the answer that Slack loses');
    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 2)).toContainEqual(expect.stringContaining('Already done by'));
  });
});
