import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, ledger, openIncident, press, standing, toldTo } from './a-person.ts';

const nowResponder = ' Nobody had taken this incident, so you are its responder now.';

/** Clicks in the Slack stand-in, with a real bot and a real Redis behind it. */
describe('a button in the thread', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  const approvals = async (): Promise<number> => (await eventsOf(bot, id, 'step-approved')).length;
  const told = async (user: string, count: number): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);

  it('records the approval, disappears, and shows who approved and when', async () => {
    bot = await startBot();
    await openIncident(bot);
    expect(JSON.stringify(await standing(bot, 'step-resumed'))).toContain(actionIds.approve);

    await press(bot, 'U0LEAD');

    expect(await told('U0LEAD', 1)).toEqual([`✅ Approved. Relight is running it now.${nowResponder}`]);
    await until(() => bot.advanced.includes(id), 'the incident to be moved on');
    const message = JSON.stringify(
      await until(async () => {
        const present = await standing(bot, 'step-resumed');
        return present.edits > 0 && present;
      }, 'the message to be updated'),
    );
    expect(message).not.toContain(actionIds.approve);
    expect(message).toMatch(/Approved by <@U0LEAD> at \d\d:\d\d UTC/);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('that is clicked twice counts once, and each person gets a reply in the thread', async () => {
    bot = await startBot();
    await openIncident(bot);

    await Promise.all([press(bot, 'U0LEAD'), press(bot, 'U0LEAD'), press(bot, 'U0LEAD2')]);

    const [once, other] = [await told('U0LEAD', 1), await told('U0LEAD2', 1)];
    for (const texts of [once, other]) expect(new Set(texts).size).toBe(texts.length);
    const { ephemerals } = await ledger(bot);
    const { ts } = await standing(bot, 'card');
    expect(await approvals()).toBe(1);
    expect(ephemerals.filter(({ text }) => text.includes('Approved'))).toHaveLength(1);
    expect(ephemerals.filter(({ text }) => text.includes('Already done by')).length).toBeGreaterThan(0);
    expect(ephemerals.every(({ thread_ts }) => thread_ts === ts)).toBe(true);
  });

  it('refuses a person without the role, names the role, and records the refusal once', async () => {
    bot = await startBot();
    await openIncident(bot);

    await press(bot, 'U0GUEST');
    await told('U0GUEST', 1);
    await press(bot, 'U0GUEST');
    await press(bot, 'U0RESP');

    await told('U0RESP', 1);
    // The same sentence again would tell nothing new.
    expect(await told('U0GUEST', 1)).toEqual([expect.stringContaining('This needs a lead')]);
    expect(await approvals()).toBe(0);
    expect(bot.advanced).toEqual([]);
    const by = (await eventsOf(bot, id, 'refused')).map((event) => event.type === 'refused' && event.by.user);
    expect(by).toEqual(['U0GUEST', 'U0RESP']);
  });

  it('needs two different people if the tier asks for two', async () => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 1)).toEqual([
      `✅ Your approval is recorded. It needs 1 more, each from a lead.${nowResponder}`,
    ]);
    await press(bot, 'U0LEAD');
    await told('U0LEAD', 2);
    expect(await approvals()).toBe(1);
    await press(bot, 'U0LEAD2');

    expect(await told('U0LEAD2', 1)).toEqual(['✅ Approved. Relight is running it now.']);
    expect(await approvals()).toBe(2);
  });

  it('on an old copy of the message does nothing', async () => {
    bot = await startBot();
    await openIncident(bot);

    await press(bot, 'U0LEAD', { value: `${id}.resumed.1.00000000` });

    expect(await told('U0LEAD', 1)).toEqual([expect.stringContaining('an old copy')]);
    expect(await approvals()).toBe(0);
  });

  it('of a completed step says that it is already done', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      {
        type: 'step-approved',
        step: 'resumed',
        attempt: 1,
        hash: 'abcdef0123456789',
        by: { user: 'U0LEAD', via: 'button' },
      },
      { type: 'step-begun', step: 'resumed', attempt: 1, hash: 'abcdef0123456789' },
      { type: 'step-done', step: 'resumed', attempt: 1, result: { job: 'copy' } },
    ]);

    await press(bot, 'U0LEAD2');

    expect(await told('U0LEAD2', 1)).toEqual([
      expect.stringMatching(/^This step was already done at \d\d:\d\d UTC/),
    ]);
  });

  it.each([
    ['relight_button_of_2019', 'x'],
    [actionIds.approve, 'not;a;reference'],
  ])('that Relight does not know (%s, %s) gets a polite reply', async (action, value) => {
    bot = await startBot();
    await openIncident(bot);

    await press(bot, 'U0LEAD', { action, value });

    expect(await told('U0LEAD', 1)).toEqual([expect.stringContaining('from another version of Relight')]);
  });

  it('"Try again" starts a new attempt of a failed step, which a responder may do', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      {
        type: 'step-failed',
        step: 'resumed',
        attempt: 1,
        code: 'aws-quota',
        says: 'No quota',
        next: 'Raise it.',
      },
    ]);
    expect((await standing(bot, 'card')).text).toContain('Resume training failed. Raise it.');

    await press(bot, 'U0RESP', { action: actionIds.retry, value: `${id}.resumed.1.` });

    expect(await told('U0RESP', 1)).toEqual([
      `✅ Relight runs the step again. A change needs a new approval.${nowResponder}`,
    ]);
    expect((await bot.store.load(id)).states['resumed']).toMatchObject({ status: 'waiting', attempt: 2 });
  });

  it('"See the request" stays after the approval, beside the old and new values and the approvers, and opens the sent request', async () => {
    bot = await startBot();
    await openIncident(bot);
    const by = { user: 'U0LEAD', via: 'button' } as const;
    const change = { field: 'HyperParameters.lr', before: '1e-5', after: '2e-5' };
    const request = { TrainingJobName: 'second' };
    const proposal = { headline: 'Launch copy', request, differences: [change], warnings: [] };
    const second = 'fedcba9876543210';
    const of = { step: 'resumed', attempt: 2 } as const;
    await happened(bot, id, [
      { type: 'step-adjusted', ...of, by, answers: {} },
      { type: 'step-proposed', ...of, proposal, hash: second, role: 'lead', needs: 1 },
      { type: 'step-approved', ...of, hash: second, by },
      { type: 'step-begun', ...of, hash: second },
      { type: 'step-done', ...of, result: { job: 'second' } },
      { type: 'closed', why: 'training was recovered' },
    ]);

    const message = JSON.stringify(await standing(bot, 'step-resumed'));
    expect(message).toMatch(/HyperParameters\.lr.*1e-5.*2e-5.*Approved by <@U0LEAD>.*See the request/);
    for (const value of [`${id}.resumed.2.fedcba98`, `${id}.resumed.1.abcdef01`])
      await press(bot, 'U0RESP', { action: actionIds.request, value });

    const views = await until(async () => {
      const opened = (await ledger(bot)).views.map((view) => JSON.stringify(view));
      return opened.length === 2 && opened.join();
    }, 'both requests to be opened');
    expect(views).toContain('Approved and sent to AWS.');
    expect(views).toContain('TrainingJobName\\": \\"second');
    expect(views).toContain('TrainingJobName\\": \\"copy');
  });
});
