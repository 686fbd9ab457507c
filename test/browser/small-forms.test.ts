import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from '../bot/a-bot.ts';
import { channel, happened, hash, openIncident } from '../bot/a-person.ts';
import { useShortcutOn } from '../bot/use-shortcut.ts';
import { aJob } from '../support/fake-training.ts';
import { openSlackPage, type SlackPage } from './a-page.ts';

const id = 'rl-test1234';
const job = 'srl-rlvr-silver-20251107';
const of = { step: 'resumed', attempt: 1 } as const;
const by = { user: 'U0LEAD', via: 'button' } as const;

/** Forms that need no AWS behind them. */
describe('a person in a form', () => {
  let bot: TestBot;
  let slack: SlackPage;

  beforeAll(async () => {
    bot = await startBot({ mode: 'http', jobs: [aJob({ name: job })] });
    slack = await openSlackPage(bot);
  });
  afterAll(async () => {
    await slack?.close();
    await bot?.close();
  });

  it('skips a step that nothing else needs, with a reason', async () => {
    await openIncident(bot);
    await happened(bot, id, [
      { type: 'step-approved', ...of, hash, by },
      { type: 'step-begun', ...of, hash },
      { type: 'step-done', ...of, result: { job: 'copy' } },
      { type: 'recovered', how: 'copy is training from step 400' },
    ]);
    await slack.openThread('Recovered');
    await slack.press('Skip…');
    await slack.writeAndSend('It is in the review of last week.', 'skip');
    await slack.picture('skipped', slack.message('Skipped:'));
    expect((await bot.store.load(id)).states['document']).toMatchObject({ status: 'skipped' });
  });

  it('starts a playbook about the job that a message names', async () => {
    await useShortcutOn(bot, { user: 'U0LEAD', message: { text: `${job} has hung since 3 am` }, channel });
    await slack.opened();
    await slack.picture('start-about', slack.modal);
    expect(await slack.modal.locator('.bk-plain-input').inputValue()).toBe(job);
    await slack.leave();
  });
});
