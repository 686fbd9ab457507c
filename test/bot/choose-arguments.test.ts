import { afterEach, describe, expect, it } from 'vitest';
import { scopeWords } from '../../src/bot/views/silence.ts';
import { putCheckpoint } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-training.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, happened, ledger, openIncident, repliesTo, send, toldTo } from './a-person.ts';
import { chosen, formOpen, submit, told, typed } from './in-forms.ts';

const id = 'rl-test1234';
const job = 'srl-rlvr-gold-20251104';
const incident = chosen(`${id}: ${job}`);

/** Commands whose argument was left out. */
describe('a person who leaves out', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  it('the incident of silence chooses it, and gets the form to silence new threads', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0RESP', 'silence')).toBe('The form is open.');
    await submit(bot, 'U0RESP', { incident });
    await formOpen(bot, 'relight_snooze_view');
    const scope = chosen(scopeWords(await bot.store.load(id)).job);
    await submit(bot, 'U0RESP', { scope, time: chosen('1 h'), why: typed('Upgrade') });

    await until(async () => (await eventsOf(bot, id, 'snoozed')).length > 0, 'the silence');
  });

  it('the incident of show chooses among those that are held back', async () => {
    bot = await startBot();
    await openIncident(bot);
    expect(await answerTo(bot, 'U0RESP', 'show')).toBe('No incident is held back.');
    const until1h = Date.now() + 3_600_000;
    await happened(bot, id, [{ type: 'held', hold: 'maintenance-1', name: 'upgrade', until: until1h }]);

    expect(await answerTo(bot, 'U0RESP', 'show')).toBe('The form is open.');
    await submit(bot, 'U0RESP', { incident });

    await until(async () => (await eventsOf(bot, id, 'released')).length > 0, 'the thread to open');
  });

  it('the incident and the step reads which step is current', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0RESP', 'step')).toBe('The form is open.');
    await submit(bot, 'U0RESP', { incident });

    expect(await told(bot, 'U0RESP')).toEqual([
      expect.stringContaining(`The current step of ${id} is *Resume training* (\`resumed\`)`),
    ]);
  });

  it('the incident in another channel gets no form', async () => {
    bot = await startBot();
    await openIncident(bot);

    await send(bot, 'U0RESP', 'take', 'C0GENERAL');

    await until(async () => (await bot.refusedCommands.all()).length > 0, 'the refusal to be recorded');
    expect((await ledger(bot)).views).toEqual([]);
  });

  it('the month of report chooses it, and the form turns into the figures', async () => {
    bot = await startBot();
    expect(await answerTo(bot, 'U0GUEST', 'report 2026-13')).toContain('is not a month');
    expect(await answerTo(bot, 'U0GUEST', 'report')).toBe('There are no incidents yet.');
    await bot.close();

    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [{ type: 'recovered', how: 'copy trains' }]);
    const month = new Date().toISOString().slice(0, 7);

    expect(await answerTo(bot, 'U0GUEST', `report ${month}`)).toContain(
      `${month}: 1 incident, RTO met in 1 of 1`,
    );
    expect(await answerTo(bot, 'U0GUEST', 'report')).toBe('The form is open.');
    await submit(bot, 'U0GUEST', { month: chosen(month) });

    const view = await until(
      async () => (await ledger(bot)).views.find(({ kind }) => kind === 'update'),
      'the figures',
    );
    expect(JSON.stringify(view)).toContain('RTO met in 1 of 1');
    expect(JSON.stringify(view)).toContain('By playbook');
    expect((await ledger(bot)).violations).toEqual([]);
  });
});

describe('/relight checkpoints', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  async function withCheckpoints(): Promise<void> {
    const checkpoints = new MemoryCheckpoints();
    putCheckpoint(checkpoints, 800, 45);
    putCheckpoint(checkpoints, 900, 12);
    bot = await startBot({ jobs: [aJob({ name: job })], checkpoints });
  }

  it.each([
    ['a job', job],
    ['an incident', id],
  ])('with %s grades its newest checkpoints for a responder, and only for that person', async (_, word) => {
    await withCheckpoints();
    await openIncident(bot);

    await send(bot, 'U0RESP', `checkpoints ${word}`);

    const result = (await told(bot, 'U0RESP')).join('');
    expect((await repliesTo(bot, 'U0RESP')).join('')).toContain('Grading the newest 5 checkpoints');
    expect(result).toMatch(
      /checkpoint-900: valid, step 900, 0 min old.*\n.*checkpoint-800: valid, step 800, 25 min old/,
    );
    expect(await answerTo(bot, 'U0GUEST', `checkpoints ${word}`)).toContain('This needs a responder');
    expect(await toldTo(bot, 'U0GUEST')).toEqual([]);
  });

  it('of a job that AWS does not have says so', async () => {
    await withCheckpoints();

    await answerTo(bot, 'U0RESP', 'checkpoints srl-rlvr-gold-404');

    expect(await told(bot, 'U0RESP')).toEqual([
      expect.stringContaining('SageMaker has no training job with this name'),
    ]);
  });

  it('without a job lists the blocked ones and asks whose checkpoints to grade', async () => {
    await withCheckpoints();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0RESP', 'checkpoints')).toBe('No checkpoint is blocked.');
    await formOpen(bot, 'relight_choose_job_view');
    expect(await submit(bot, 'U0RESP', {})).toMatchObject({ errors: { open: expect.any(String) } });
    await submit(bot, 'U0RESP', { open: chosen(job) });

    const replies = await told(bot, 'U0RESP', 2);
    expect(replies.join('')).toContain('checkpoint-900: valid');
  });
});
