import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, happened, hash, openIncident, press, standing, toldTo } from './a-person.ts';

const id = 'rl-test1234';
const halfHour = 30 * 60_000;

describe('/relight break-glass', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const told = async (user: string, count = 1): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told`);

  it('lets a configured person approve one change alone, and the thread and the channel call the leads', async () => {
    bot = await startBot({ breakGlass: ['U0GUEST'], change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);

    const reply = await answerTo(bot, 'U0GUEST', `break-glass ${id} both leads are on a plane`);
    await press(bot, 'U0GUEST');

    expect(reply).toContain('you may approve one change alone');
    expect(await told('U0GUEST')).toEqual([
      expect.stringContaining('✅ Approved. Relight is running it now.'),
    ]);
    expect(await eventsOf(bot, id, 'glass-broken')).toMatchObject([
      { why: 'both leads are on a plane', by: { user: 'U0GUEST' }, call: { groups: ['S0LEADS'] } },
    ]);
    expect(await eventsOf(bot, id, 'step-approved')).toMatchObject([{ glassAt: expect.any(Number) }]);
    const message = await standing(bot, 'charge-1');
    expect(message.text).toContain('Break-glass');
    expect(JSON.stringify(message.blocks)).toContain('<!subteam^S0LEADS>');
    await until(
      async () => JSON.stringify((await standing(bot, 'card')).blocks).includes('*Break-glass:* <@U0GUEST>'),
      'the card to name the person',
    );
  });

  it('is refused for everyone else, also for leads, who are told whom to ask', async () => {
    bot = await startBot({ breakGlass: ['U0GUEST'] });
    await openIncident(bot);

    expect(await answerTo(bot, 'U0LEAD', `break-glass ${id} nobody answers me`)).toBe(
      '⚠️ Not done. Only the people under break_glass in relight.yaml may do this. Ask <@U0GUEST>.',
    );
    expect(await eventsOf(bot, id, 'glass-broken')).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0LEAD', via: 'command' } }]);
  });

  it.each(['', ' now', ' too short'])(
    'needs a typed reason: “break-glass INCIDENT%s” does nothing',
    async (reason) => {
      bot = await startBot({ breakGlass: ['U0GUEST'] });
      await openIncident(bot);

      expect(await answerTo(bot, 'U0GUEST', `break-glass ${id}${reason}`)).toContain(
        'at least 10 characters',
      );
      expect(await eventsOf(bot, id, 'glass-broken')).toEqual([]);
    },
  );

  it('ends after 30 minutes, and after one change', async () => {
    bot = await startBot({ breakGlass: ['U0GUEST'] });
    await openIncident(bot);
    const by = { user: 'U0GUEST', via: 'command' } as const;
    const call = { users: [], groups: [] };
    await happened(bot, id, [{ type: 'glass-broken', why: 'long ago', until: Date.now() - 1, call, by }]);
    await press(bot, 'U0GUEST');
    expect(await told('U0GUEST')).toEqual([
      expect.stringContaining('This needs a lead. Ask <!subteam^S0LEADS>.'),
    ]);

    const step = { step: 'resumed', attempt: 1 } as const;
    await happened(bot, id, [{ type: 'glass-broken', why: 'again', until: Date.now() + halfHour, call, by }]);
    const glass = (await bot.store.load(id)).glass;
    await happened(bot, id, [
      { type: 'step-approved', ...step, hash, by, glassAt: glass?.at ?? 0 },
      { type: 'step-begun', ...step, hash },
      { type: 'step-failed', ...step, code: 'unexpected', says: 'it broke', next: 'try again' },
      { type: 'step-retried', step: 'resumed', attempt: 2, by: { user: 'U0RESP', via: 'button' } },
      {
        type: 'step-proposed',
        step: 'resumed',
        attempt: 2,
        hash,
        role: 'lead',
        needs: 1,
        proposal: { headline: 'x', request: { TrainingJobName: 'copy' }, differences: [], warnings: [] },
      },
    ]);
    const command = `step ${id} resumed ${hash.slice(0, 8)}`;

    expect(await answerTo(bot, 'U0GUEST', command)).toContain('This needs a lead');
    expect(await eventsOf(bot, id, 'step-approved')).toHaveLength(1);
  });
});
