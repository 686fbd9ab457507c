import { afterEach, describe, expect, it } from 'vitest';
import { actionIds, handOverFormId, pauseFormId } from '../../src/bot/ids.ts';
import { createRecords } from '../../src/queue/steps/incident-record.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, happened, ledger, openIncident, press, standing } from './a-person.ts';
import { cardSays, chosen, formOpen, submit, told, typed } from './in-forms.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;

/** Who has an incident, in the Slack stand-in with a real bot and a real Redis behind it. */
describe('a person in charge of an incident', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const take = async (user: string): Promise<void> =>
    press(bot, user, { action: actionIds.take, value: `${id}.take.1.` });
  const more = async (user: string, move: string): Promise<void> =>
    press(bot, user, { action: actionIds.moreMoves, value: `${id}.${move}.1.` });

  it('is the one of twenty who pressed Take first, and everyone else is told once who has it', async () => {
    bot = await startBot();
    await openIncident(bot);
    expect(JSON.stringify(await standing(bot, 'card'))).toContain('Responder: nobody yet');

    const people = Array.from({ length: 20 }, (_, index) => ['U0LEAD', 'U0LEAD2', 'U0RESP'][index % 3] ?? '');
    await Promise.all(people.map(take));

    const replies = await until(async () => {
      const { ephemerals } = await ledger(bot);
      return new Set(ephemerals.map(({ user }) => user)).size === 3 && ephemerals.length >= 4 && ephemerals;
    }, 'everyone to be told');
    expect(replies.filter(({ text }) => text.includes('You are the responder'))).toHaveLength(1);
    // The same sentence is told once to each of the three. On a busy machine some of them are asked to press again.
    const said = replies.map(({ user, text }) => `${user} ${text}`);
    for (const one of said)
      expect(one).toMatch(
        /You are the responder|has this incident since \d\d:\d\d UTC|⚠️ Not recorded|Slack did not confirm/,
      );
    const others = said.filter((one) => one.includes('has this incident since'));
    expect(new Set(others).size).toBe(others.length);
    expect(await eventsOf(bot, id, 'taken')).toHaveLength(1);
    const present = await cardSays(bot, 'Responder: <@');
    expect(present).not.toContain(actionIds.take);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('is refused without the role, and the refusal is in the journal', async () => {
    bot = await startBot();
    await openIncident(bot);

    await take('U0GUEST');

    expect(await told(bot, 'U0GUEST')).toEqual([expect.stringContaining('This needs a responder')]);
    expect(await eventsOf(bot, id, 'taken')).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST' } }]);
  });

  it('is the first who acts, if nobody took it; a later click by another person changes nothing', async () => {
    bot = await startBot();
    await openIncident(bot, 2);

    await press(bot, 'U0LEAD');
    expect(await told(bot, 'U0LEAD')).toEqual([expect.stringContaining('so you are its responder now')]);
    await press(bot, 'U0LEAD2');

    expect(await told(bot, 'U0LEAD2')).toEqual(['✅ Approved. Relight is running it now.']);
    expect((await bot.store.load(id)).responder).toMatchObject({ user: 'U0LEAD', how: 'acted' });
  });

  it('hands over to a person who may respond, who is mentioned in the thread', async () => {
    bot = await startBot();
    await openIncident(bot);
    await take('U0RESP');
    await told(bot, 'U0RESP');

    await more('U0RESP', 'hand-over');
    await formOpen(bot, handOverFormId);
    expect(
      await submit(bot, 'U0RESP', { to: { type: 'users_select', selected_user: 'U0GUEST' } }),
    ).toMatchObject({
      errors: { to: expect.stringContaining('not a responder') },
    });
    await submit(bot, 'U0RESP', { to: { type: 'users_select', selected_user: 'U0LEAD' } });

    await told(bot, 'U0RESP', 2);
    expect((await bot.store.load(id)).responder).toMatchObject({ user: 'U0LEAD', how: 'handed-over' });
    await cardSays(bot, 'Responder: <@U0LEAD>');
    const message = JSON.stringify(
      await until(async () => standing(bot, 'charge-2').catch(() => undefined), 'the mention'),
    );
    expect(message).toContain('<@U0LEAD>, this incident is yours now: <@U0RESP> handed it over to you');
  });

  it('pauses: approvals get one sentence with the reason, and resuming continues where it was', async () => {
    bot = await startBot();
    await openIncident(bot);
    await more('U0RESP', 'pause');
    await formOpen(bot, pauseFormId);
    await submit(bot, 'U0RESP', { why: typed('Storage is being repaired') });
    await told(bot, 'U0RESP');
    const paused = await cardSays(bot, '*Paused* by <@U0RESP> since');
    expect(paused).toContain('Storage is being repaired');
    expect(paused).toContain('left*');

    await press(bot, 'U0LEAD');
    expect(await told(bot, 'U0LEAD')).toEqual([
      expect.stringMatching(
        /^Paused by <@U0RESP> since \d\d:\d\d UTC: Storage is being repaired\. Resume it first\.$/,
      ),
    ]);
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);

    expect(await answerTo(bot, 'U0LEAD', `resume ${id}`)).toBe('✅ Resumed. It continues where it was.');
    await press(bot, 'U0LEAD');
    expect(await told(bot, 'U0LEAD', 2)).toContainEqual(expect.stringContaining('Approved'));
  });

  it('is named in the timeline of the postmortem, and so is the person who took over', async () => {
    bot = await startBot();
    await openIncident(bot);
    await happened(bot, id, [
      { type: 'taken', by },
      { type: 'handed-over', to: 'U0RESP', by },
      { type: 'paused', why: 'wait', by: { user: 'U0RESP', via: 'form' } },
      { type: 'unpaused', by: { user: 'U0RESP', via: 'command' } },
    ]);
    const names = new Map([
      ['U0LEAD', 'Mira'],
      ['U0RESP', 'Ana'],
    ]);

    const { timeline } = await createRecords(bot.store, bot.catalog, async (user) => names.get(user)).of(id);

    expect(timeline.flatMap(({ who, what }) => (who === undefined ? [] : [`${who}: ${what}`]))).toEqual([
      'Mira: Took the incident',
      'Mira: Handed the incident over to Ana',
      'Ana: Paused the incident',
      'Ana: Resumed the incident',
    ]);
  });

  it.each([
    ['take', 'There is no open incident.'],
    ['handover', 'There is no open incident.'],
    ['pause', 'No incident is open that is not paused.'],
    ['resume', 'No incident is paused.'],
    ['close', 'There is no open incident.'],
  ])(
    'sends /relight %s without an incident and chooses one in a form, among those that it is about',
    async (command, none) => {
      bot = await startBot();
      expect(await answerTo(bot, 'U0RESP', command)).toBe(none);
      await openIncident(bot);
      if (command === 'resume')
        await happened(bot, id, [{ type: 'paused', why: 'a test', by: { user: 'U0LEAD', via: 'form' } }]);

      expect(await answerTo(bot, 'U0RESP', command)).toBe('The form is open.');
      const incident = chosen(`${id}: ${(await bot.store.load(id)).job}`);
      expect(await submit(bot, 'U0RESP', { incident })).toEqual({ ok: true });
    },
  );
});
