import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import { submitForm } from '../support/forms.ts';
import { waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  answerTo,
  eventsOf,
  happened,
  hash,
  ledger,
  openIncident,
  press,
  repliesTo,
  send,
  standing,
  toldTo,
} from './a-person.ts';

/** Saying no to a request, with a real bot and a real Redis behind the Slack stand-in. */
describe('a proposed request', () => {
  let bot: TestBot;
  const id = 'rl-test1234';
  const value = `${id}.resumed.1.${hash.slice(0, 8)}`;

  afterEach(async () => bot.close());

  async function declines(user: string, reason: string): Promise<unknown> {
    const button = await waitForButton(bot, 'step-resumed', 'Decline…');
    return submitForm(bot, user, button, { reason });
  }

  const told = async (user: string, count = 1): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);

  it('that a responder declines is never sent, names the person and the reason, and offers what can come next', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await declines('U0RESP', 'Too expensive before the weekend')).toEqual({ ok: true });

    expect(await told('U0RESP')).toEqual([expect.stringContaining('Declined. Nothing is sent to AWS')]);
    const message = await until(async () => {
      const present = JSON.stringify(await standing(bot, 'step-resumed'));
      return present.includes('Declined by') && present;
    }, 'the message to be updated');
    expect(message).toMatch(/Declined by <@U0RESP> at \d\d:\d\d UTC/);
    expect(message).toContain('Reason: Too expensive before the weekend');
    expect(message).not.toContain(actionIds.approve);
    for (const label of ['Build a new request', 'Go back…', 'Choose a playbook', 'Say how it ended'])
      expect(message).toContain(label);
    expect((await standing(bot, 'card')).text).toContain('Resume training was declined');
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('tells the people who had approved it that it was declined, in a message of its own that mentions them', async () => {
    bot = await startBot({ change: { role: 'lead', approvals: 2 } });
    await openIncident(bot, 2);
    await press(bot, 'U0LEAD');
    await told('U0LEAD');

    await declines('U0RESP', 'Wrong checkpoint');

    const note = await until(
      async () =>
        (await ledger(bot)).messages.find(({ text }) => text.includes('declined *Resume training*')),
      'the announcement',
    );
    expect(note.text).toContain('<@U0RESP> declined');
    expect(note.text).toContain('<@U0LEAD>');
    expect(note.edits).toBe(0);
  });

  it('cannot be declined without a reason, or with one that is too long', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(JSON.stringify(await declines('U0RESP', ' '))).toContain('Enter at least one word');
    expect(JSON.stringify(await declines('U0RESP', 'x'.repeat(301)))).toMatch(/300|max_length|length/);
    expect(await eventsOf(bot, id, 'step-declined')).toEqual([]);
  });

  it('keeps no secret that a person types into the reason', async () => {
    bot = await startBot();
    await openIncident(bot);

    await declines('U0RESP', 'HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyzABCDEFGH is in there');

    const [event] = await until(async () => {
      const events = await eventsOf(bot, id, 'step-declined');
      return events.length > 0 && events;
    }, 'the decline');
    expect(JSON.stringify(event)).not.toContain('hf_abcdefghijkl');
    expect(JSON.stringify((await ledger(bot)).messages)).not.toContain('hf_abcdefghijkl');
  });

  it('is not declined by a person without a role; the refusal is in the journal, and no form opens', async () => {
    bot = await startBot();
    await openIncident(bot);

    await press(bot, 'U0GUEST', { action: actionIds.decline, value });

    expect(await told('U0GUEST')).toEqual([expect.stringContaining('This needs a responder')]);
    expect((await ledger(bot)).views).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST' }, step: 'resumed' }]);
  });

  it('that is being sent can no longer be declined, and the click says who approved it', async () => {
    bot = await startBot();
    await openIncident(bot);
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await happened(bot, id, [
      { type: 'step-approved', step: 'resumed', attempt: 1, hash, by },
      { type: 'step-begun', step: 'resumed', attempt: 1, hash },
    ]);

    await press(bot, 'U0RESP', { action: actionIds.decline, value });

    expect(await told('U0RESP')).toEqual([
      expect.stringMatching(/^Too late to decline: approved by <@U0LEAD> at \d\d:\d\d UTC/),
    ]);
  });

  it('that 20 people approve and 20 decline at the same time has one outcome, and everyone else is told once', async () => {
    bot = await startBot();
    await openIncident(bot);
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        await Promise.all([
          press(bot, n % 2 === 0 ? 'U0LEAD' : 'U0LEAD2', { value }),
          send(bot, 'U0RESP', `step ${id} resumed decline no`),
        ]);
      }),
    );

    const approvals = await eventsOf(bot, id, 'step-approved');
    const declines = await eventsOf(bot, id, 'step-declined');
    expect(approvals.length + declines.length).toBe(1);
    const [one, other] = [await told('U0LEAD', 1), await told('U0LEAD2', 1)];
    for (const texts of [one, other]) expect(new Set(texts).size).toBe(texts.length);
    const clicks = [...one, ...other];
    expect(clicks.filter((text) => text.startsWith('✅'))).toHaveLength(approvals.length);
    // On a busy machine some of them are asked to press again.
    for (const text of clicks)
      expect(text).toMatch(
        /^✅ Approved|^Already done by|declined this at|^⚠️ Not recorded|Slack did not confirm/,
      );
    const replies = await until(async () => {
      const all = await repliesTo(bot, 'U0RESP');
      return all.length >= 20 && all;
    }, 'an answer to each command');
    expect(replies).toHaveLength(20);
    expect(replies.filter((text) => text.startsWith('✅'))).toHaveLength(declines.length);
    for (const text of replies)
      expect(text).toMatch(
        /^✅ Declined|^Too late to decline|declined this at|^⚠️ Not recorded|Slack did not confirm/,
      );
  });

  it('is declined by command with a reason; a late approval of it is told who declined it', async () => {
    bot = await startBot();
    await openIncident(bot);

    expect(await answerTo(bot, 'U0RESP', `step ${id} resumed decline not on a Friday`)).toContain('Declined');
    await press(bot, 'U0LEAD', { value });

    expect(await told('U0LEAD')).toEqual([
      expect.stringMatching(/^<@U0RESP> declined this at \d\d:\d\d UTC/),
    ]);
    expect(await eventsOf(bot, id, 'step-declined')).toMatchObject([
      { reason: 'not on a Friday', by: { user: 'U0RESP', via: 'command' } },
    ]);
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);
  });

  it('is built again after a decline, as a new attempt, and the old buttons say that they are old', async () => {
    bot = await startBot();
    await openIncident(bot);
    await declines('U0RESP', 'Wrong checkpoint');
    await told('U0RESP');

    await press(bot, 'U0RESP', { action: actionIds.retry, value: `${id}.resumed.1.` });
    expect((await told('U0RESP', 2))[1]).toContain(
      'Relight runs the step again. A change needs a new approval.',
    );
    await press(bot, 'U0LEAD', { value });

    expect(await told('U0LEAD')).toEqual([expect.stringContaining('an old copy')]);
    expect((await bot.store.load(id)).states['resumed']).toMatchObject({ status: 'waiting', attempt: 2 });
  });
});
