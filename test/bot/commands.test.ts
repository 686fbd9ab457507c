import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { getJson, postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  answerTo,
  channel,
  eventsOf,
  happened,
  ledger,
  openBare,
  openIncident,
  send,
  toldTo,
} from './a-person.ts';

/** Commands, forms and the Home tab. */
describe('a person without buttons', () => {
  let bot: TestBot;
  const id = 'rl-test1234';

  afterEach(async () => bot.close());

  it('mistypes a command and gets the nearest one, with the help', async () => {
    bot = await startBot();

    const answer = await answerTo(bot, 'U0LEAD', 'statsu');

    expect(answer).toContain('Did you mean `/relight status`?');
    expect(answer).toContain('/relight start [PLAYBOOK [JOB [replace]]]');
    expect(answer).toContain('test-playbook');
  });

  it('lists all open incidents, and says that two alarm messages could not be parsed', async () => {
    bot = await startBot({ deadLetters: 2 });
    await openIncident(bot);

    expect(await answerTo(bot, 'U0GUEST', 'status')).toBe('1 open incident');
    const messages = JSON.stringify(await getJson(`${bot.slack.url}/_control/messages/${channel}`));
    expect(messages).toContain(
      '2 alarm messages could not be parsed and are in the dead-letter queue: `relight alarms dead` lists them.',
    );
    expect(messages).toContain('approve *Resume training* in the thread');
  });

  it('lists the alarms that CloudWatch mutes, since nothing opens for them', async () => {
    bot = await startBot();
    const since = Date.now();
    const until = since + 3_600_000;
    await bot.mutedAlarms.note({ name: 'GpuMemory *x* <!here>', why: 'is muted by upgrade', since, until });
    await bot.mutedAlarms.note({
      name: 'Composite',
      why: 'is suppressed (actionsSuppressedBy: Alarm)',
      since,
    });
    await bot.mutedAlarms.note({ name: 'Past', why: 'is muted by upgrade', since, until: since - 1 });

    await answerTo(bot, 'U0GUEST', 'status');

    const messages = JSON.stringify(await getJson(`${bot.slack.url}/_control/messages/${channel}`));
    expect(messages).toMatch(
      /Alarm GpuMemory \*x\* <!here> is muted by upgrade in CloudWatch until [^:]*\d\d:\d\d UTC: nothing opens for it\./,
    );
    expect(messages).toContain(
      'Alarm Composite is suppressed (actionsSuppressedBy: Alarm) in CloudWatch: nothing opens for it.',
    );
    expect(messages).not.toContain('Alarm Past');
  });

  it('reads the status of one incident', async () => {
    bot = await startBot({ deadLetters: 1 });
    await openIncident(bot);

    const answer = await answerTo(bot, 'U0GUEST', `status ${id}`);

    expect(answer).toContain('Your move: approve Resume training');
    expect(answer).toContain(
      '1 alarm message could not be parsed and is in the dead-letter queue: `relight alarms dead` lists them.',
    );
    expect(await answerTo(bot, 'U0GUEST', 'status rl-nothing')).toContain('There is no such incident');
  });

  it('approves by command under the same rules as by the button', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0RESP', `step ${id} resumed abcdef01`)).toContain('This needs a lead');
    expect(await answerTo(bot, 'U0LEAD', `step ${id} resumed abcdef01`)).toContain('Approved');
    expect(await answerTo(bot, 'U0LEAD', `step ${id} resumed`)).toContain('Already done by');
    expect(await answerTo(bot, 'U0LEAD', `step ${id} resume`)).toContain('Did you mean `resumed`?');
    const approvals = await eventsOf(bot, id, 'step-approved');
    expect(approvals).toMatchObject([{ by: { user: 'U0LEAD', via: 'command' } }]);
    await until(() => bot.advanced.includes(id), 'the incident to be moved on');
  });

  it('omits the step and reads which ones there are', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0RESP', `step ${id}`)).toBe(
      [
        `The current step of ${id} is *Resume training* (\`resumed\`).`,
        `To approve it: Read it in the thread, then send \`/relight step ${id} resumed abcdef01\``,
        `To decline it: \`/relight step ${id} resumed decline\``,
        'Steps: `found`, `resumed`, `document`.',
      ].join('\n'),
    );
  });

  it('can act in the incident channel only', async () => {
    bot = await startBot();
    await openIncident(bot);

    await send(bot, 'U0LEAD', `step ${id} resumed abcdef01`, 'C0GENERAL');

    await until(async () => (await eventsOf(bot, id, 'refused')).length > 0, 'the refusal to be noted');
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
  });

  it('starts a playbook for a job that no alarm reported', async () => {
    bot = await startBot();

    expect(await answerTo(bot, 'U0GUEST', 'start test-playbook srl-rlvr-gold-1')).toContain(
      'This needs a responder',
    );
    expect(await answerTo(bot, 'U0RESP', 'start tset-playbook srl-rlvr-gold-1')).toContain(
      'Did you mean `test-playbook`?',
    );
    expect(await answerTo(bot, 'U0RESP', 'start test-playbook -x-')).toContain(
      'Add the name of the training job',
    );
    expect(await answerTo(bot, 'U0RESP', 'start test-playbook srl-rlvr-gold-1')).toContain('is open in');
    const [incident = ''] = await bot.store.ids('open');
    expect(await bot.store.load(incident)).toMatchObject({
      job: 'srl-rlvr-gold-1',
      playbook: 'test-playbook',
    });
    await until(() => bot.advanced.includes(incident), 'the incident to be moved on');
    expect(await answerTo(bot, 'U0RESP', 'start test-playbook srl-rlvr-gold-1')).toContain(incident);
    expect(await bot.store.ids('open')).toHaveLength(1);
  });

  it('submits a form, is told what is missing, and has the answers recorded', async () => {
    bot = await startBot();
    await openBare(bot);
    await happened(bot, id, [
      { type: 'step-skipped', step: 'found', reason: 'not needed' },
      { type: 'step-skipped', step: 'resumed', reason: 'not needed' },
    ]);
    await send(bot, 'U0RESP', `step ${id} document`);
    await until(async () => (await ledger(bot)).views.length > 0, 'the form to open');
    const submit = async (values: unknown): Promise<unknown> =>
      postJson(`${bot.slack.url}/_sandbox/submit-view`, { user: 'U0RESP', values });

    expect(await submit({})).toMatchObject({ errors: { cause: 'Enter at least one word.' } });
    expect(await submit({ cause: { cause: { type: 'plain_text_input', value: 'Spot' } } })).toEqual({
      ok: true,
    });

    const isThanks = (text: string): boolean => text.startsWith('✅ Saved. Thank you.');
    await until(async () => (await toldTo(bot, 'U0RESP')).some(isThanks), 'the thanks');
    expect(await eventsOf(bot, id, 'step-answered')).toMatchObject([{ answers: { cause: 'Spot', due: '' } }]);
  });

  it('sees the open incidents and whose move it is in the Home tab', async () => {
    bot = await startBot();
    await openIncident(bot);

    await postJson(`${bot.slack.url}/_sandbox/open-home`, { user: 'U0GUEST' });

    const home = await until(
      async () => (await ledger(bot)).views.find(({ kind }) => kind === 'publish'),
      'the Home tab',
    );
    expect(JSON.stringify(home)).toContain('1 open incident');
    expect(JSON.stringify(home)).toContain('srl-rlvr-gold-20251104: spot capacity lost');
    expect((await ledger(bot)).violations).toEqual([]);
  });
});
