import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { tombstoneOf } from '../../src/incidents/retention/tombstone.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { openIncident, press, repliesTo, send, toldTo } from './a-person.ts';

const lost = /no longer has this incident.*Redis.*SageMaker console.*\/relight start PLAYBOOK JOB/;

/** Cards stay in Slack when Redis is emptied. Their buttons must not look as if Relight were broken. */
describe('the card of an incident that Redis has lost', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  async function told(count = 1): Promise<string[]> {
    return until(async () => {
      const texts = await toldTo(bot, 'U0LEAD');
      return texts.length >= count && texts;
    }, 'the person to be told');
  }

  /** An open incident that a process knows is written again, so one that is over shows what happens to the others. */
  async function lose(): Promise<void> {
    await bot.store.record('rl-test1234', () => [{ type: 'closed', why: 'over' }]);
    await bot.redis.client.flushall();
  }

  it.each(Object.entries(actionIds).map(([name, id]) => [name, id] as const))(
    'answers a click on its button "%s" with what happened and what to do',
    async (_, action) => {
      bot = await startBot();
      await openIncident(bot);
      await lose();

      await press(bot, 'U0LEAD', { action });

      expect(await told()).toEqual([expect.stringMatching(lost)]);
    },
  );

  it.each([actionIds.approve, actionIds.take, actionIds.reopen])(
    'answers a click on %s of an incident that was archived with how it ended',
    async (action) => {
      bot = await startBot();
      await openIncident(bot);
      const journal = await bot.store.findJournal('rl-test1234');
      if (journal === undefined) throw new Error('the incident has no journal');
      await bot.store.tombstones.replace(tombstoneOf(journal, bot.catalog));

      await press(bot, 'U0LEAD', { action });

      expect(await told()).toEqual([expect.stringMatching(/is over and was archived: rl-test1234/)]);
    },
  );

  it('answers a form that was open when its record was lost, and closes it', async () => {
    bot = await startBot();
    await openIncident(bot);
    await press(bot, 'U0LEAD', { action: actionIds.silence, value: 'rl-test1234.snooze.1.' });
    await until(
      async () =>
        (await postJson(`${bot.slack.url}/_sandbox/submit-view`, { user: 'U0LEAD', values: {} }).catch(
          () => undefined,
        )) !== undefined,
      'the form to be open',
    );
    await lose();

    expect(await postJson(`${bot.slack.url}/_sandbox/submit-view`, { user: 'U0LEAD', values: {} })).toEqual({
      ok: true,
    });

    expect(await told()).toEqual([expect.stringMatching(lost)]);
  });

  it('is not confused with a typo: an id that no incident has is still unknown', async () => {
    bot = await startBot();
    await send(bot, 'U0LEAD', 'step rl-typo resumed');

    expect((await repliesTo(bot, 'U0LEAD')).join()).toContain('There is no such incident');
  });
});
