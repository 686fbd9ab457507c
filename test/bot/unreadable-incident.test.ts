import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anOpening } from '../support/a-journal.ts';
import { until } from '../support/until.ts';
import { getJson, postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, channel, ledger, openIncident } from './a-person.ts';

describe('beside an incident whose journal cannot be read', () => {
  let bot: TestBot;
  const broken = 'rl-broken12';

  beforeEach(async () => {
    bot = await startBot();
    await openIncident(bot);
    await bot.store.open([anOpening({ incident: broken, job: 'srl-rlvr-gold-2' })]);
    await bot.redis.client.rpush(`{relight}:journal:${broken}`, '{"seq":');
  });
  afterEach(async () => bot.close());

  it('the list shows the others and names it', async () => {
    expect(await answerTo(bot, 'U0RESP', 'list')).toBe('2 open incidents');

    const shown = JSON.stringify(await getJson(`${bot.slack.url}/_control/messages/${channel}`));
    expect(shown).toContain('approve *Resume training* in the thread');
    expect(shown).toContain(`${broken} is open, and its journal cannot be read`);
  });

  it('the Home tab shows the others and names it', async () => {
    await postJson(`${bot.slack.url}/_sandbox/open-home`, { user: 'U0LEAD' });

    const view = await until(async () => {
      const { views } = await ledger(bot);
      const published = views.find(({ kind }) => kind === 'publish');
      return published && JSON.stringify(published);
    }, 'the Home tab');
    expect(view).toContain('2 open incidents');
    expect(view).toContain('Waits for your approval');
    expect(view).toContain(`${broken} is open, and its journal cannot be read`);
  });

  it.each(['report', 'follow-up', 'readiness', 'take', 'audit', `start test-playbook srl-rlvr-gold-3`])(
    '`/relight %s` answers as usual',
    async (text) => {
      expect(await answerTo(bot, 'U0LEAD', text)).not.toMatch(/unknown error|cannot be read/);
    },
  );

  it('`/relight status` of it says what is wrong and what to do', async () => {
    expect(await answerTo(bot, 'U0RESP', `status ${broken}`)).toMatch(
      /journal of this incident cannot be read.*call a lead/s,
    );
  });
});
