import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../../../src/bot/ids.ts';
import { until } from '../../../support/until.ts';
import { startBot, type TestBot } from '../../a-bot.ts';
import { answerTo, eventsOf, happened, openIncident, press, standing, toldTo } from '../../a-person.ts';

/** Buttons and commands in the Slack stand-in, with a real bot and a real Redis behind it. */
describe('an approval', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  const approvals = async (): Promise<number> => (await eventsOf(bot, id, 'step-approved')).length;
  const told = async (user: string, count: number): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);

  it('by a command without a request approves nothing, and the reply names the command that would', async () => {
    bot = await startBot();
    await openIncident(bot);

    const answer = await answerTo(bot, 'U0LEAD', `step ${id} resumed`);

    expect(answer).toContain('Nothing is approved yet');
    expect(answer).toContain('Launch copy');
    expect(answer).toContain(`/relight step ${id} resumed abcdef01`);
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
    expect((await standing(bot, 'step-resumed')).text).toContain(`/relight step ${id} resumed abcdef01`);
    expect(await answerTo(bot, 'U0GUEST', `status ${id}`)).toContain(`/relight step ${id} resumed abcdef01`);
  });

  it('by a command for a request that changed a moment ago approves nothing', async () => {
    bot = await startBot();
    await openIncident(bot);
    const changed = {
      headline: 'Launch copy on 8 × ml.p5.48xlarge',
      request: { TrainingJobName: 'copy-2' },
      differences: [],
      warnings: [],
    };
    const step = 'resumed';
    await happened(bot, id, [
      { type: 'step-adjusted', step, attempt: 2, by: { user: 'U0RESP', via: 'form' }, answers: {} },
      {
        type: 'step-proposed',
        step,
        attempt: 2,
        proposal: changed,
        hash: '1234567890abcdef',
        role: 'lead',
        needs: 1,
      },
    ]);

    const answer = await answerTo(bot, 'U0LEAD', `step ${id} resumed abcdef01`);

    expect(answer).toContain('Nothing is approved');
    expect(answer).toContain('ml.p5.48xlarge');
    expect(answer).toContain(`/relight step ${id} resumed 12345678`);
    expect(await answerTo(bot, 'U0LEAD', `step ${id} resumed 1`)).toContain('Nothing is approved');
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
    expect(await answerTo(bot, 'U0LEAD', `step ${id} resumed 12345678`)).toContain('Approved');
    expect(await eventsOf(bot, id, 'step-approved')).toMatchObject([
      { attempt: 2, hash: '1234567890abcdef' },
    ]);
  });

  it('by a button on the old request does not approve the changed one', async () => {
    bot = await startBot();
    await openIncident(bot);
    const proposal = { headline: 'Launch more', request: {}, differences: [], warnings: [] };
    await happened(bot, id, [
      {
        type: 'step-adjusted',
        step: 'resumed',
        attempt: 2,
        by: { user: 'U0RESP', via: 'form' },
        answers: {},
      },
      {
        type: 'step-proposed',
        step: 'resumed',
        attempt: 2,
        proposal,
        hash: '12345678',
        role: 'lead',
        needs: 1,
      },
    ]);

    await press(bot, 'U0LEAD', { value: `${id}.resumed.1.abcdef01` });
    await press(bot, 'U0LEAD2', { value: `${id}.resumed.2.abcdef01` });

    const old = expect.stringContaining('an old copy') as unknown;
    expect([...(await told('U0LEAD', 1)), ...(await told('U0LEAD2', 1))]).toEqual([old, old]);
    expect(await approvals()).toBe(0);
  });

  it('by two people shows which approval lapsed, which is still valid, and who must approve again', async () => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);
    await press(bot, 'U0LEAD2');
    await told('U0LEAD2', 1);
    await happened(bot, id, [
      {
        type: 'step-approved',
        step: 'resumed',
        attempt: 1,
        hash: 'abcdef0123456789',
        by: { user: 'U0LEAD', via: 'button' },
      },
      {
        type: 'step-lapsed',
        step: 'resumed',
        attempt: 1,
        why: 'it was given 16 min ago and is valid for 15 min',
        of: ['U0LEAD'],
      },
    ]);

    const message = await until(async () => {
      const present = JSON.stringify(await standing(bot, 'step-resumed'));
      return present.includes('lapsed') && present;
    }, 'the message to be updated');

    expect(message).toContain(
      'The approval of <@U0LEAD> lapsed: it was given 16 min ago and is valid for 15 min. <@U0LEAD> must approve again, or someone else who is a lead.',
    );
    expect(message).toMatch(/Approved by <@U0LEAD2> at \d\d:\d\d UTC \(valid until \d\d:\d\d UTC\)/);
    expect(message).toContain('Needs approval from one more person: a lead.');
    expect(message).toContain(actionIds.approve);
  });
});
