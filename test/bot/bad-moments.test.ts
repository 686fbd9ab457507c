import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, openIncident, press, toldTo } from './a-person.ts';

/** Presses while Redis or Slack does not answer in time. */
describe('a press at a bad moment', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  const approvals = async (): Promise<number> => (await eventsOf(bot, id, 'step-approved')).length;
  const told = async (user: string, count: number): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);

  it('says "not recorded" while Redis cannot write; what arrives late still counts once and is acted upon', async () => {
    bot = await startBot();
    await openIncident(bot);
    await bot.redis.client.call('CLIENT', 'PAUSE', '2500', 'WRITE');

    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 1)).toEqual(['⚠️ Not recorded, press again.']);
    await until(() => bot.advanced.includes(id), 'the late write to be acted upon');
    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 2)).toContainEqual(expect.stringContaining('Already done by'));
    expect(await approvals()).toBe(1);
  });

  it('is not recorded behind the back of somebody who was told that it was not', async () => {
    bot = await startBot();
    await openIncident(bot);
    await bot.redis.client.call('CLIENT', 'PAUSE', '2500', 'ALL');

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 1)).toEqual(['⚠️ Not recorded, press again.']);
    expect(await approvals()).toBe(0);
    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 2)).toContain('✅ Approved. Relight is running it now.');
    expect(await approvals()).toBe(1);
  });

  it('asks Slack who the person is, and refuses while Slack does not answer', async () => {
    bot = await startBot();
    await openIncident(bot);
    await postJson(`${bot.slack.url}/_sandbox/faults`, { method: 'users.info', kind: 'error', count: 1 });

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 1)).toEqual([expect.stringContaining('Slack did not confirm who you are')]);
    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 2)).toContain('✅ Approved. Relight is running it now.');
  });
});
