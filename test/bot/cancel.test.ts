import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { buttonsOf, messageOf, waitForButton } from '../support/responder.ts';
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
  standing,
  toldTo,
} from './a-person.ts';

const id = 'rl-test1234';
const value = `${id}.resumed.1.${hash.slice(0, 8)}`;
const by = { user: 'U0LEAD', via: 'button' } as const;
const of = { step: 'resumed', attempt: 1 } as const;
const begun: readonly IncidentEvent[] = [
  { type: 'step-approved', ...of, hash, by },
  { type: 'step-begun', ...of, hash, marksSent: true },
];

let bot: TestBot;

async function told(user: string, count = 1): Promise<string[]> {
  return until(async () => {
    const texts = await toldTo(bot, user);
    return texts.length >= count && texts;
  }, `${user} to be told ${count} sentences`);
}

describe('a change under way', () => {
  afterEach(async () => bot.close());

  it('has a Cancel button with a question, and ends without a launch if nothing was sent', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, begun);
    const message = await messageOf(bot, 'step-resumed');
    expect(JSON.stringify(message)).toContain('"Cancel the change?"');
    const button = await waitForButton(bot, 'step-resumed', 'Cancel…');

    await press(bot, 'U0RESP', { action: button.actionId, value: button.value });

    expect(await told('U0RESP')).toEqual(['✅ Canceled. Nothing was launched or changed in AWS.']);
    const shown = await until(async () => {
      const text = JSON.stringify(await standing(bot, 'step-resumed'));
      return text.includes('Canceled by') && text;
    }, 'the message to be updated');
    expect(shown).toMatch(/Canceled by <@U0RESP> at \d\d:\d\d UTC/);
    expect(shown).toContain('Nothing was launched or changed in AWS.');
    expect(shown).not.toContain(actionIds.cancel);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('that 20 people cancel at the same time is canceled once, and each is told once', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [...begun, { type: 'step-sent', ...of }]);

    await Promise.all(
      Array.from({ length: 20 }, async () => press(bot, 'U0RESP', { action: actionIds.cancel, value })),
    );

    const texts = await told('U0RESP', 2);
    expect(texts.filter((text) => text.startsWith('✅'))).toHaveLength(1);
    // The same sentence is told once. On a busy machine some of them are asked to press again.
    for (const text of texts)
      expect(text).toMatch(/^✅|has already asked to cancel it|^⚠️ Not recorded|Slack did not confirm/);
    expect(texts.filter((text) => text.includes('has already asked to cancel it')).length).toBeLessThan(2);
    expect(await eventsOf(bot, id, 'step-cancel-asked')).toHaveLength(1);
    await until(
      async () => (await standing(bot, 'card')).text.includes('Relight is canceling Resume training'),
      'the card to say so',
    );
  });

  it('whose result the vault does not take is announced once in the thread, with what to do', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      ...begun,
      { type: 'step-done', ...of, result: { job: 'new-job' } },
      {
        type: 'result-not-archived',
        ...of,
        why: 'AWS denies Relight this call: PutObject s3://audit/results/1',
      },
    ]);

    const said = await until(async () => {
      const { messages } = await ledger(bot);
      return messages.find(({ text }) => text.includes('was not in the audit vault at'));
    }, 'the announcement');
    expect(said.text).toMatch(/The result of \*Resume training\* was not in the audit vault at \d\d:\d\d/);
    expect(JSON.stringify(said)).toContain(
      'The change is done and stays done. Relight tries again every minute',
    );
  });

  it('can be canceled while the incident is paused', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [...begun, { type: 'paused', why: 'waiting for capacity', by }]);

    await press(bot, 'U0RESP', { action: actionIds.cancel, value });

    expect(await told('U0RESP')).toEqual([expect.stringContaining('Canceled')]);
  });

  it('cannot be canceled by a person without a role, which is in the journal', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, begun);

    await press(bot, 'U0GUEST', { action: actionIds.cancel, value });

    expect(await told('U0GUEST')).toEqual([expect.stringContaining('This needs a responder')]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST' } }]);
    expect(await eventsOf(bot, id, 'step-canceled')).toEqual([]);
  });

  it('whose job runs after the cancellation offers to stop the job or to keep it, and nothing beside it', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      ...begun,
      { type: 'step-sent', ...of },
      { type: 'step-cancel-asked', ...of, by },
      {
        type: 'step-canceled',
        ...of,
        by,
        says: 'copy is InProgress in AWS.',
        sent: true,
        running: 'copy',
        result: { job: 'copy' },
      },
    ]);

    const message = await messageOf(bot, 'step-resumed');
    expect(message && buttonsOf(message).map(({ label }) => label)).toEqual([
      'Stop the job…',
      'Keep it',
      'Say how it ended',
    ]);
    expect(await answerTo(bot, 'U0RESP', `step ${id} resumed`)).toContain('copy may still be running');
    expect(await answerTo(bot, 'U0RESP', `step ${id} resumed keep`)).toContain('It stays');
    expect((await bot.store.load(id)).states['resumed']).toMatchObject({ status: 'done' });
  });

  it.each([
    ['cancel', 'Nothing is running yet'],
    ['stop', 'an old copy'],
    ['keep', 'an old copy'],
  ])(
    'that is only proposed answers “%s” by command with one sentence and stays open',
    async (words, says) => {
      bot = await startBot();
      await openIncident(bot);

      const reply = await answerTo(bot, 'U0RESP', `step ${id} resumed ${words}`);

      expect(reply.toLowerCase()).toContain(says.toLowerCase());
      expect((await bot.store.load(id)).states['resumed']).toMatchObject({ status: 'proposed' });
    },
  );
});
