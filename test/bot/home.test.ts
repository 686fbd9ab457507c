import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { ledger, openIncident, press } from './a-person.ts';

const id = 'rl-test1234';
const take = { action: actionIds.take, value: `${id}.take.1.` };

describe('the Home tab', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const publications = async (user: string): Promise<string[]> =>
    (await ledger(bot)).views
      .filter((one) => one.kind === 'publish' && one['user'] === user)
      .map(({ view }) => JSON.stringify(view));
  const homeOf = async (user: string, says: (view: string) => boolean): Promise<string> =>
    until(async () => {
      const last = (await publications(user)).at(-1);
      return last !== undefined && says(last) && last;
    }, `the Home tab of ${user}`);
  const openHome = async (user: string): Promise<string> => {
    await postJson(`${bot.slack.url}/_sandbox/open-home`, { user });
    return homeOf(user, () => true);
  };

  it('shows the clocks and links the threads; only people who may approve see that it waits for them', async () => {
    bot = await startBot();
    await openIncident(bot);

    const lead = await openHome('U0LEAD');
    const guest = await openHome('U0GUEST');

    expect(lead).toContain('Waits for your approval');
    expect(lead).toMatch(/<http[^|]+\|srl-rlvr-gold-20251104>: \*(over )?.* left\*/);
    expect(lead).toContain('|Open the thread>');
    expect(lead).toMatch(/\d{4}-\d\d: 1 incident, no RTO decided yet/);
    expect(guest).toContain('1 open incident');
    expect(guest).not.toContain('Waits for your approval');
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('changes by itself for people who opened it lately, and for nobody else', async () => {
    bot = await startBot();
    await openIncident(bot, 2);
    await openHome('U0LEAD');
    expect(await openHome('U0RESP')).not.toContain('Yours');

    await press(bot, 'U0RESP', take);
    await homeOf('U0RESP', (view) => view.includes('Yours'));
    await press(bot, 'U0LEAD');

    await homeOf('U0LEAD', (view) => !view.includes('Waits for your approval'));
    expect(await publications('U0LEAD2')).toEqual([]);
    expect((await publications('U0LEAD')).length).toBeLessThanOrEqual(4);
  });
});
