import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, hash, openIncident, press, toldTo } from './a-person.ts';

const id = 'rl-test1234';

/** The request was proposed by a process with another relight.yaml, and no sweep has looked at it since. */
describe('the approval of a request for which relight.yaml now asks more', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const told = async (): Promise<string> =>
    until(async () => (await toldTo(bot, 'U0LEAD'))[0], 'the person to be told');

  it.each([
    ['by its button', async () => press(bot, 'U0LEAD').then(told)],
    ['by command', async () => answerTo(bot, 'U0LEAD', `step ${id} resumed ${hash}`)],
  ])('is not recorded %s: the person is told why it is old, and it is made again', async (_, approve) => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 1);

    expect(await approve()).toBe(
      '⚠️ Not approved: this is an old copy of the request, because relight.yaml now asks for 2 approvals by leads other than those who asked for it. Relight is building it again: read the new one in the thread, then approve it.',
    );

    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
    expect(await eventsOf(bot, id, 'step-renewed')).toMatchObject([{ step: 'resumed', attempt: 2 }]);
    expect(bot.advanced).toContain(id);
    await press(bot, 'U0LEAD');
    expect(await eventsOf(bot, id, 'step-renewed')).toHaveLength(1);
  });

  it('is not recorded if its playbook is gone', async () => {
    bot = await startBot({ catalog: { list: [], get: () => undefined, handling: () => undefined } });
    await openIncident(bot, 1);

    await press(bot, 'U0LEAD');

    expect(await told()).toContain('its playbook is not in this version of Relight any more');
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
  });
});
