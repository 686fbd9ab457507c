import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../../src/bot/ids.ts';
import { until } from '../../support/until.ts';
import { postJson } from '../../support/world.ts';
import { startBot, type TestBot } from '../a-bot.ts';
import {
  eventsOf,
  happened,
  ledger,
  openIncident,
  press,
  repliesTo,
  send,
  standing,
  toldTo,
} from '../a-person.ts';

/** Clicks in the Slack stand-in, with a real bot and a real Redis behind it. */
describe('a silence started from the card', () => {
  let bot: TestBot;
  const id = 'rl-test1234';
  const job = 'srl-rlvr-gold-20251104';

  afterEach(async () => bot.close());

  const card = async (): Promise<string> => JSON.stringify(await standing(bot, 'card'));
  const cardSays = async (words: string) => until(async () => (await card()).includes(words), `"${words}"`);
  const openForm = async (user: string, number = 1): Promise<void> => {
    const before = (await ledger(bot)).views.length;
    await press(bot, user, { action: actionIds.silence, value: `${id}.snooze.${number}.` });
    await until(async () => (await ledger(bot)).views.length > before, 'the form');
  };
  const submit = async (
    user: string,
    scope: string,
    time = '2 h',
    why = 'a known bug in 5.2',
  ): Promise<unknown> => {
    const option = (key: string, value: string) => ({
      [key]: { type: 'static_select', selected_option: { value } },
    });
    const values = {
      scope: option('scope', scope),
      time: option('time', time),
      why: { why: { type: 'plain_text_input', value: why } },
    };
    return postJson(`${bot.slack.url}/_sandbox/submit-view`, { user, values });
  };

  it('asks for scope and duration, shows on the card what is silenced and by whom, and ends by its other button', async () => {
    bot = await startBot();
    await openIncident(bot);
    await openForm('U0RESP');
    expect(await submit('U0RESP', job)).toEqual({ ok: true });

    await cardSays(`New threads about ${job} are silenced until`);
    const [event] = await eventsOf(bot, id, 'snoozed');
    expect(event).toMatchObject({
      scope: 'job',
      number: 1,
      why: 'a known bug in 5.2',
      by: { user: 'U0RESP', via: 'form' },
    });
    expect(await bot.silenced.all()).toEqual([id]);
    expect(await card()).toContain('Silenced by <@U0RESP>');
    expect(await card()).not.toContain(`"${actionIds.silence}"`);

    await press(bot, 'U0RESP', { action: actionIds.endSilence, value: `${id}.snooze.1.` });
    await until(async () => (await card()).includes(`"${actionIds.silence}"`), 'the button to silence again');
    expect(await toldTo(bot, 'U0RESP')).toEqual([
      expect.stringContaining('New threads are silenced'),
      expect.stringContaining('New threads are shown again'),
    ]);
    expect((await bot.store.load(id)).touched).toBe(false);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('refuses a responder who asks for more than one job, and names the role it needs', async () => {
    bot = await startBot();
    await openIncident(bot);
    await openForm('U0RESP');
    await submit('U0RESP', 'anything (needs a lead)');

    const [told] = await until(async () => {
      const texts = await toldTo(bot, 'U0RESP');
      return texts.length > 0 && texts;
    }, 'the refusal');
    expect(told).toContain('This needs a lead');
    expect(await eventsOf(bot, id, 'snoozed')).toEqual([]);
  });

  it('keeps the form open if the reason is missing or the choice is not one of its options', async () => {
    bot = await startBot();
    await openIncident(bot);
    await openForm('U0LEAD');

    expect(await submit('U0LEAD', job, '2 h', ' ')).toMatchObject({
      ok: false,
      errors: { why: expect.any(String) },
    });
    expect(await submit('U0LEAD', 'the whole company')).toMatchObject({
      ok: false,
      errors: { scope: expect.any(String) },
    });
    expect(await eventsOf(bot, id, 'snoozed')).toEqual([]);
  });

  it('can be started and ended by command on the day when buttons fail', async () => {
    bot = await startBot();
    await openIncident(bot);
    await send(bot, 'U0LEAD', `silence ${id}`);
    await until(async () => (await ledger(bot)).views.length > 0, 'the form');
    await submit('U0LEAD', 'any gold job (needs a lead)');
    await cardSays('New threads about any gold job are silenced');

    await send(bot, 'U0LEAD', `snooze ${id}`);
    await until(async () => (await eventsOf(bot, id, 'snooze-ended')).length > 0, 'the end of the silence');
    expect((await repliesTo(bot, 'U0LEAD')).at(-1)).toMatch(
      /^`\/relight snooze` is now called `\/relight silence`\.\n.*shown again/,
    );
  });

  it('keeps a held incident out of the channel until /relight show opens its thread', async () => {
    bot = await startBot();
    await openIncident(bot);
    const hold = {
      type: 'held',
      hold: 'maintenance-0-1',
      name: 'Cluster upgrade',
      until: Date.now() + 3_600_000,
    } as const;
    await bot.store.open([
      { ...(await eventsOf(bot, id, 'opened'))[0], incident: 'rl-held', job: 'srl-rlvr-bronze-1' } as never,
      hold,
    ]);
    expect(await bot.deliver('rl-held')).toBe(0);
    const cards = async () =>
      (await ledger(bot)).messages.filter(({ metadata }) => metadata?.event_payload.incident === 'rl-held');
    expect(await cards()).toEqual([]);

    await send(bot, 'U0RESP', 'list');
    await until(
      async () => JSON.stringify(await visible()).includes('Its thread is held back until'),
      'the list',
    );
    await send(bot, 'U0GUEST', 'show rl-held');
    await until(async () => (await repliesTo(bot, 'U0GUEST')).length > 0, 'the refusal');
    expect(await cards()).toEqual([]);

    await send(bot, 'U0RESP', 'show rl-held');
    await until(async () => (await cards()).length === 1, 'the thread');
    await happened(bot, 'rl-held', []);
    await send(bot, 'U0RESP', 'show rl-held');
    await until(
      async () => (await repliesTo(bot, 'U0RESP')).some((text) => text.includes('already in the channel')),
      'the answer',
    );
  });

  async function visible(): Promise<unknown> {
    return (await fetch(`${bot.slack.url}/_control/messages/C0INCIDENT`)).json();
  }
});
