import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { trailId } from '../../src/bot/ids.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  answerTo,
  eventsOf,
  happened,
  hash,
  ledger,
  openBare,
  openIncident,
  repliesTo,
  send,
} from './a-person.ts';
import { chosen, formOpen, submit } from './in-forms.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;

describe('/relight audit', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  /** The last view of the trail, as JSON. */
  const shown = async (): Promise<string> =>
    until(async () => {
      const views = (await ledger(bot)).views.map(({ view }) => JSON.stringify(view));
      return views.findLast((view) => view.includes(trailId));
    }, 'the trail to open');

  it('shows a responder every decision, refusal, request, hash and AWS request ID, and records who read it', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      { type: 'refused', step: 'resumed', by: { ...by, user: 'U0GUEST' }, why: 'This needs a lead.' },
      { type: 'step-approved', step: 'resumed', attempt: 1, hash, by },
      { type: 'step-begun', step: 'resumed', attempt: 1, hash },
      {
        type: 'aws-called',
        step: 'resumed',
        attempt: 1,
        calls: [{ service: 'SageMaker', operation: 'CreateTrainingJob', requestId: 'req-0a1b' }],
      },
    ]);

    const summary = await answerTo(bot, 'U0RESP', `audit ${id}`);

    const view = await shown();
    const [last] = (await bot.store.journal(id)).slice(-1);
    expect(view).toContain('Resume training: approved');
    expect(view).toContain('by <@U0LEAD>');
    expect(view).toContain('This needs a lead.');
    expect(view).toContain('TrainingJobName');
    expect(view).toContain(`request SHA-256 \`${hash}\``);
    expect(view).toContain('AWS SageMaker CreateTrainingJob: request ID `req-0a1b`');
    expect(view).toContain(last?.hash);
    expect(summary).toContain('1 refusal, 1 AWS request');
    expect(summary).toContain('The hash chain is whole');
    expect(await eventsOf(bot, id, 'trail-viewed')).toMatchObject([{ by: { user: 'U0RESP' } }]);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('names no entry by its type', async () => {
    bot = await startBot();
    await openBare(bot);
    const of = { step: 'resumed', attempt: 1 } as const;
    const proposal = { headline: 'Launch copy', request: {}, differences: [], warnings: [] };
    await happened(bot, id, [
      { type: 'step-progress', step: 'found', attempt: 1, note: 'reading 3 of 9 files' },
      { type: 'step-done', step: 'found', attempt: 1, result: { checkpoint: 'checkpoint-400' } },
      { type: 'step-proposed', ...of, proposal, hash, role: 'lead', needs: 1 },
      { type: 'step-approved', ...of, hash, by },
      { type: 'step-begun', ...of, hash },
      { type: 'step-sent', ...of },
      { type: 'aws-called', ...of, calls: [] },
      { type: 'linked', incident: 'rl-other123', link: 'https://slack.test/p1' },
      { type: 'paged', level: 'lead', first: 3, action: 'resolve', number: 1 },
    ]);

    await answerTo(bot, 'U0RESP', `audit ${id}`);

    const view = await shown();
    expect(view).toContain('Find checkpoints: reading 3 of 9 files');
    expect(view).toContain('Resume training: the first call to AWS follows');
    expect(view).toContain('Nothing was sent to AWS');
    expect(view).toContain('Noted the address of the thread of rl-other123');
    expect(view).toContain('Told the on-call tool that the incident is over');
    expect(view).not.toMatch(/step-|aws-called|linked|paged/);
  });

  it('refuses people without the role, opens nothing, and the refusal is in the journal', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0GUEST', `audit ${id}`)).toContain('This needs a responder');

    expect((await ledger(bot)).views).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST' } }]);
  });

  it('says that the journal was changed in Redis, also to a person who has just read it', async () => {
    bot = await startBot();
    await openIncident(bot);
    expect(await answerTo(bot, 'U0RESP', `audit ${id}`)).toContain('The hash chain is whole');
    const key = `{relight}:journal:${id}`;
    const line = z.string().parse(await bot.redis.client.lindex(key, 0));
    await bot.redis.client.lset(key, 0, line.replace('gold', 'bronze'));

    expect(await answerTo(bot, 'U0RESP', `audit ${id}`)).toContain('The hash chain is broken');
  });

  it('shows what was recorded since the last look, and says of each older entry that it was changed until it is as before', async () => {
    bot = await startBot();
    await openIncident(bot);
    const look = async (): Promise<string> => answerTo(bot, 'U0RESP', `audit ${id}`);
    const entriesIn = (answer: string): number => Number(/(\d+) entries/.exec(answer)?.[1]);
    const first = await look();
    await happened(bot, id, [{ type: 'refused', step: 'resumed', by, why: 'This needs a lead.' }]);

    const second = await look();

    expect(entriesIn(second)).toBe(entriesIn(first) + 1);
    expect(second).toContain('1 refusal');
    expect(second).toContain('The hash chain is whole');
    expect(await shown()).toContain('This needs a lead.');
    const journal = `{relight}:journal:${id}`;
    for (let place = 0; place < entriesIn(second) - 1; place += 1) {
      const line = z.string().parse(await bot.redis.client.lindex(journal, place));
      await bot.redis.client.lset(journal, place, line.replace('"at":1', '"at":2'));
      expect(await look()).toContain('The hash chain is broken');
      await bot.redis.client.lset(journal, place, line);
      expect(await look()).toContain('The hash chain is whole');
    }
  });

  it('shows a trail that is opened ten times at once as whole each time', async () => {
    bot = await startBot();
    await openIncident(bot);

    await Promise.all(Array.from({ length: 10 }, async () => send(bot, 'U0RESP', `audit ${id}`)));

    const answers = await until(async () => {
      const replies = await repliesTo(bot, 'U0RESP');
      return replies.length === 10 && replies;
    }, 'ten answers');
    expect(answers.filter((answer) => answer.includes('The hash chain is whole'))).toHaveLength(10);
  });

  it('without an incident asks for one, closed ones included, and has pages', async () => {
    bot = await startBot();
    expect(await answerTo(bot, 'U0RESP', 'audit')).toBe('There is no incident yet.');
    await openIncident(bot);
    const refusals = Array.from({ length: 40 }, (_, index) => ({
      type: 'refused' as const,
      by,
      why: `Refusal ${index}`,
    }));
    await happened(bot, id, [...refusals, { type: 'closed', why: 'It was a test' }]);

    expect(await answerTo(bot, 'U0RESP', 'audit')).toBe('The form is open.');
    await formOpen(bot, 'relight_choose_incident_view');
    await submit(bot, 'U0RESP', { incident: chosen(`${id}: srl-rlvr-gold-20251104`) });
    const first = await shown();
    expect(first).toContain('Page 1 of');
    expect(first).not.toContain('Refusal 39');

    let page = first;
    for (let turned = 0; turned < 9 && !page.includes('Refusal 39'); turned += 1) {
      await submit(bot, 'U0RESP', {});
      page = await shown();
    }
    expect(page).toContain('Refusal 39');
    expect((await ledger(bot)).violations).toEqual([]);
  });
});
