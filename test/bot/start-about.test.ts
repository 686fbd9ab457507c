import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startFormId } from '../../src/bot/ids.ts';
import { RefusedCommand } from '../../src/incidents/refused-commands.ts';
import { aJob } from '../support/fake-training.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, channel, ledger } from './a-person.ts';
import { chosen, formOpen, submit, told, typed } from './in-forms.ts';
import { useShortcutOn } from './use-shortcut.ts';

const job = 'srl-rlvr-gold-20251104';
const playbook = chosen('Resume from a checkpoint (test-playbook)');

describe('a person who starts a playbook', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const Opened = z.object({
    callback_id: z.string().optional(),
    blocks: z.array(z.looseObject({ block_id: z.string().optional() })),
  });
  const openedView = async (): Promise<z.infer<typeof Opened>> =>
    until(async () => {
      const last = (await ledger(bot)).views.at(-1);
      return last && Opened.parse(last.view);
    }, 'a view to open');
  const jobField = async (): Promise<string> =>
    JSON.stringify((await openedView()).blocks.find(({ block_id }) => block_id === 'job'));

  const useShortcut = async (user: string, message: unknown, where = channel): Promise<void> =>
    useShortcutOn(bot, { user, message, channel: where });

  it('about a message gets a form with the job that the message names, and the incident opens', async () => {
    bot = await startBot({ mode: 'http', jobs: [aJob({ name: job })] });

    await useShortcut('U0RESP', { text: `*Failed*: ${job} (step 1,200) at 2026-11-29, see run-77-b` });

    await formOpen(bot, startFormId);
    expect(await jobField()).toContain(`"initial_value":"${job}"`);
    await submit(bot, 'U0RESP', { playbook, job: typed(job) });
    expect(await told(bot, 'U0RESP')).toEqual([expect.stringContaining('is open in')]);
    const [incident = ''] = await bot.store.ids('open');
    expect(await bot.store.load(incident)).toMatchObject({ job, playbook: 'test-playbook' });
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it.each([
    [
      'an ARN in an attachment',
      { attachments: [{ text: `arn:aws:sagemaker:us-east-1:1:training-job/${job}` }] },
    ],
    [
      'a console link in a block',
      {
        blocks: [
          {
            type: 'rich_text',
            elements: [
              {
                type: 'rich_text_section',
                elements: [
                  {
                    type: 'link',
                    url: `https://us-east-1.console.aws.amazon.com/sagemaker/home#/jobs/${job}`,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    ['JSON of an event', { text: `{"TrainingJobName":"${job}","TrainingJobStatus":"Failed"}` }],
    ['code', { text: `\`${job}\`.` }],
  ])('about %s gets the job', async (_, message) => {
    bot = await startBot({ mode: 'http', jobs: [aJob({ name: job })] });

    await useShortcut('U0RESP', message);

    await formOpen(bot, startFormId);
    expect(await jobField()).toContain(`"initial_value":"${job}"`);
  });

  it('about a message with two jobs chooses one of them', async () => {
    const other = 'srl-rlvr-gold-7';
    bot = await startBot({ mode: 'http', jobs: [aJob({ name: job }), aJob({ name: other })] });

    await useShortcut('U0RESP', { text: `${other} and ${job} failed, srl-rlvr-gold-8 never was` });

    await formOpen(bot, startFormId);
    const field = await jobField();
    expect(field).toContain('static_select');
    expect(field).toContain(other);
    expect(field).not.toContain('srl-rlvr-gold-8');
    await submit(bot, 'U0RESP', { playbook, job: chosen(job) });
    expect(await told(bot, 'U0RESP')).toEqual([expect.stringContaining('is open in')]);
  });

  it('about a message without a job types its name', async () => {
    bot = await startBot({ mode: 'http' });

    await useShortcut('U0RESP', { text: 'training is broken again :( <@U0LEAD> please look at run-1' });

    await formOpen(bot, startFormId);
    expect(await jobField()).not.toContain('initial_value');
    expect(JSON.stringify(await openedView())).toContain('names no training job that AWS has');
    expect(await submit(bot, 'U0RESP', { playbook, job: typed('not a job!') })).toMatchObject({
      errors: { job: expect.stringContaining('name of the training job') },
    });
  });

  it.each([
    ['without the role', 'U0GUEST', channel, 'This needs a responder'],
    ['in another channel', 'U0RESP', 'C0GENERAL', 'This can only be done in <#C0INCIDENT>'],
  ])('about a message %s is refused, and the refusal is recorded', async (_, user, where, says) => {
    bot = await startBot({ mode: 'http', jobs: [aJob({ name: job })] });

    await useShortcut(user, { text: job }, where);

    const view = await openedView();
    expect(view.callback_id).toBeUndefined();
    expect(JSON.stringify(view)).toContain(says);
    const refused = (await bot.refusedCommands.all()).map(({ event }) => RefusedCommand.parse(event));
    expect(refused).toMatchObject([{ by: { user }, command: 'start (about a message)' }]);
  });

  it('with /relight start alone chooses the playbook and types the job', async () => {
    bot = await startBot();

    expect(await answerTo(bot, 'U0RESP', 'start')).toBe('The form is open.');
    await submit(bot, 'U0RESP', { playbook, job: typed(job) });

    expect(await told(bot, 'U0RESP')).toEqual([expect.stringContaining('is open in')]);
    expect(await bot.store.ids('open')).toHaveLength(1);
  });

  it('with /relight start in another channel gets no form', async () => {
    bot = await startBot();

    expect(await answerTo(bot, 'U0GUEST', 'start')).toContain('This needs a responder');
    expect((await ledger(bot)).views).toEqual([]);
  });
});
