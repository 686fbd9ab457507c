import { afterEach, describe, expect, it } from 'vitest';
import { replyLimits } from '../../src/bot/clicks/deadline.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, toldTo } from './a-person.ts';

const notRecorded = '⚠️ Not recorded, send it again.';

/** Commands that belong to no incident, while Redis takes writes too late. */
describe('a command that was answered with "Not recorded, send it again"', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  async function pauseWrites(): Promise<void> {
    await bot.redis.client.call('CLIENT', 'PAUSE', '8000', 'WRITE');
  }
  /** The answer to a command that is sent again as long as a busy machine answers that it was not recorded. */
  async function finalAnswerTo(command: string): Promise<string> {
    return until(async () => {
      const answer = await answerTo(bot, 'U0LEAD', command);
      return answer !== notRecorded && answer;
    }, `${command} to be recorded`);
  }
  const writesAgain = async (): Promise<void> => void (await bot.redis.client.set('after', 'the pause'));

  it('does not lift a halt later', async () => {
    bot = await startBot({ limits: replyLimits });
    await finalAnswerTo('halt the account is compromised');
    await pauseWrites();

    expect(await answerTo(bot, 'U0LEAD', 'halt off')).toBe(notRecorded);
    await writesAgain();

    expect(await finalAnswerTo('halt again')).toContain('already halted');
    const answer = await finalAnswerTo('halt off');
    // On a busy machine the try that resumed them may be answered late, in a message.
    await until(
      async () => [answer, ...(await toldTo(bot, 'U0LEAD'))].join().includes('Changes have resumed'),
      'the lead to be told that changes have resumed',
    );
  });

  it('does not lift a halt later, also if Redis hung before the command had come to its write', async () => {
    bot = await startBot({ limits: replyLimits });
    await finalAnswerTo('halt the account is compromised');
    // Not even reads are answered, and that ends after the person is told.
    await bot.redis.client.call('CLIENT', 'PAUSE', '5000', 'ALL');

    expect(await answerTo(bot, 'U0LEAD', 'halt off')).toBe(notRecorded);
    await writesAgain();

    expect(await finalAnswerTo('halt again')).toContain('already halted');
  });

  it('does not halt changes later', async () => {
    bot = await startBot({ limits: replyLimits });
    await pauseWrites();

    expect(await answerTo(bot, 'U0LEAD', 'halt the account is compromised')).toBe(notRecorded);
    await writesAgain();

    expect(await finalAnswerTo('halt off')).toContain('not halted');
  });

  it('is told what it has done after all, if it can do so', async () => {
    bot = await startBot({ limits: replyLimits });
    await pauseWrites();

    expect(await answerTo(bot, 'U0LEAD', 'start test-playbook srl-rlvr-gold-1')).toBe(notRecorded);

    const late = await until(async () => (await toldTo(bot, 'U0LEAD'))[0], 'the late answer', 20_000);
    expect(late).toContain('The answer to `/relight start test-playbook srl-rlvr-gold-1` came late: ');
    expect(await bot.store.ids('open')).toHaveLength(1);
  });
});
