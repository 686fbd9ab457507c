import { afterEach, describe, expect, it } from 'vitest';
import { actionIds, closeFormId, handOverFormId, pauseFormId } from '../../src/bot/ids.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { createRecords } from '../../src/queue/steps/incident-record.ts';
import { anOpening } from '../support/a-journal.ts';
import { aJob } from '../support/fake-training.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import {
  answerTo,
  eventsOf,
  happened,
  ledger,
  openIncident,
  press,
  send,
  standing,
  toldTo,
} from './a-person.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;

/** The moves on an incident as a whole, in the Slack stand-in with a real bot and a real Redis behind it. */
describe('a person in charge of an incident', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const told = async (user: string, count = 1): Promise<string[]> =>
    until(async () => {
      const texts = await toldTo(bot, user);
      return texts.length >= count && texts;
    }, `${user} to be told ${count} sentences`);
  const card = async (): Promise<string> => JSON.stringify(await standing(bot, 'card'));
  const cardSays = async (text: string): Promise<string> =>
    until(async () => {
      const present = await card();
      return present.includes(text) && present;
    }, `the card to say ${text}`);
  const take = async (user: string): Promise<void> =>
    press(bot, user, { action: actionIds.take, value: `${id}.take.1.` });
  const more = async (user: string, move: string): Promise<void> =>
    press(bot, user, { action: actionIds.moreMoves, value: `${id}.${move}.1.` });
  const formOpen = async (callback: string): Promise<void> => {
    await until(
      async () => (await ledger(bot)).views.some(({ view }) => JSON.stringify(view).includes(callback)),
      `the form ${callback} to open`,
    );
  };
  const submit = async (user: string, values: Record<string, unknown>): Promise<unknown> =>
    postJson(`${bot.slack.url}/_sandbox/submit-view`, {
      user,
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { [key]: value }])),
    });
  const typed = (value: string): unknown => ({ type: 'plain_text_input', value });
  const chosen = (value: string): unknown => ({ type: 'static_select', selected_option: { value } });
  const last = async (type: IncidentEvent['type']): Promise<IncidentEvent | undefined> =>
    (await eventsOf(bot, id, type)).at(-1);

  it('is the one of twenty who pressed Take first, and everyone else is told once who has it', async () => {
    bot = await startBot();
    await openIncident(bot);
    expect(await card()).toContain('Responder: nobody yet');

    const people = Array.from({ length: 20 }, (_, index) => ['U0LEAD', 'U0LEAD2', 'U0RESP'][index % 3] ?? '');
    await Promise.all(people.map(take));

    const replies = await until(async () => {
      const { ephemerals } = await ledger(bot);
      return ephemerals.length >= people.length && ephemerals;
    }, 'everyone to be told');
    expect(replies).toHaveLength(20);
    expect(replies.filter(({ text }) => text.includes('You are the responder'))).toHaveLength(1);
    expect(replies.filter(({ text }) => /has this incident since \d\d:\d\d UTC/.test(text))).toHaveLength(19);
    expect(await eventsOf(bot, id, 'taken')).toHaveLength(1);
    const present = await cardSays('Responder: <@');
    expect(present).not.toContain(actionIds.take);
    expect((await ledger(bot)).violations).toEqual([]);
  });

  it('is refused without the role, and the refusal is in the journal', async () => {
    bot = await startBot();
    await openIncident(bot);

    await take('U0GUEST');

    expect(await told('U0GUEST')).toEqual([expect.stringContaining('This needs a responder')]);
    expect(await eventsOf(bot, id, 'taken')).toEqual([]);
    expect(await eventsOf(bot, id, 'refused')).toMatchObject([{ by: { user: 'U0GUEST' } }]);
  });

  it('is the first who acts, if nobody took it; a later click by another person changes nothing', async () => {
    bot = await startBot();
    await openIncident(bot, 2);

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD')).toEqual([expect.stringContaining('so you are its responder now')]);
    await press(bot, 'U0LEAD2');

    expect(await told('U0LEAD2')).toEqual(['✅ Approved. Relight is running it now.']);
    expect((await bot.store.load(id)).responder).toMatchObject({ user: 'U0LEAD', how: 'acted' });
  });

  it('hands over to a person who may respond, who is mentioned in the thread', async () => {
    bot = await startBot();
    await openIncident(bot);
    await take('U0RESP');
    await told('U0RESP');

    await more('U0RESP', 'hand-over');
    await formOpen(handOverFormId);
    expect(await submit('U0RESP', { to: { type: 'users_select', selected_user: 'U0GUEST' } })).toMatchObject({
      errors: { to: expect.stringContaining('not a responder') },
    });
    await submit('U0RESP', { to: { type: 'users_select', selected_user: 'U0LEAD' } });

    await told('U0RESP', 2);
    expect((await bot.store.load(id)).responder).toMatchObject({ user: 'U0LEAD', how: 'handed-over' });
    await cardSays('Responder: <@U0LEAD>');
    const message = JSON.stringify(
      await until(async () => standing(bot, 'charge-2').catch(() => undefined), 'the mention'),
    );
    expect(message).toContain('<@U0LEAD>, this incident is yours now: <@U0RESP> handed it over to you');
  });

  it('pauses: approvals get one sentence with the reason, and resuming continues where it was', async () => {
    bot = await startBot();
    await openIncident(bot);
    await more('U0RESP', 'pause');
    await formOpen(pauseFormId);
    await submit('U0RESP', { why: typed('Storage is being repaired') });
    await told('U0RESP');
    const paused = await cardSays('*Paused* by <@U0RESP> since');
    expect(paused).toContain('Storage is being repaired');
    expect(paused).toContain('left*');

    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD')).toEqual([
      expect.stringMatching(
        /^Paused by <@U0RESP> since \d\d:\d\d UTC: Storage is being repaired\. Resume it first\.$/,
      ),
    ]);
    expect(await eventsOf(bot, id, 'step-approved')).toEqual([]);

    expect(await answerTo(bot, 'U0LEAD', `resume ${id}`)).toBe('✅ Resumed. It continues where it was.');
    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD', 2)).toContainEqual(expect.stringContaining('Approved'));
  });

  it('closes it as not a problem only with a reason; a late click says who closed it and why', async () => {
    bot = await startBot();
    await openIncident(bot);
    await send(bot, 'U0RESP', `close ${id}`);
    await formOpen(closeFormId);
    expect(await submit('U0RESP', { outcome: chosen('Not a problem') })).toMatchObject({
      errors: { why: 'Type the reason.' },
    });

    await submit('U0RESP', { outcome: chosen('Not a problem'), why: typed('The job was a test') });

    await until(async () => (await last('closed')) !== undefined, 'the incident to close');
    expect(await last('closed')).toMatchObject({ outcome: 'not-a-problem', by: { user: 'U0RESP' } });
    await press(bot, 'U0LEAD');
    expect(await told('U0LEAD')).toEqual([
      expect.stringMatching(
        /^<@U0RESP> closed the incident at \d\d:\d\d UTC: not a problem: The job was a test\.$/,
      ),
    ]);
    expect(await cardSays('closed')).toContain(actionIds.reopen);
  });

  it('cannot close it while an approved change is under way', async () => {
    bot = await startBot();
    await openIncident(bot);
    await press(bot, 'U0LEAD');
    await told('U0LEAD');

    expect(await answerTo(bot, 'U0LEAD', `close ${id}`)).toContain('An approved change is in progress');
  });

  it('who recovered by hand names a job that exists, and Relight follows it', async () => {
    const running = aJob({ name: 'by-hand', status: 'InProgress', secondaryStatus: 'Training' });
    bot = await startBot({ jobs: [running] });
    await openIncident(bot);
    await send(bot, 'U0RESP', `close ${id}`);
    await formOpen(closeFormId);
    const byHand = chosen('Recovered by hand');
    expect(await submit('U0RESP', { outcome: byHand, job: typed('no-such-job') })).toMatchObject({
      errors: { job: 'There is no training job no-such-job.' },
    });

    await submit('U0RESP', { outcome: byHand, job: typed('by-hand') });

    await until(async () => (await last('recovered')) !== undefined, 'the recovery');
    expect(await last('job-took-over')).toMatchObject({ job: 'by-hand', by: { user: 'U0RESP' } });
    expect((await bot.store.load(id)).follows).toMatchObject({ job: 'by-hand' });
    await cardSays('Following by-hand');
  });

  it('reopens it in the same thread, as the next attempt', async () => {
    bot = await startBot();
    await openIncident(bot);
    const { failedAt } = await bot.store.load(id);
    await happened(bot, id, [{ type: 'closed', why: 'given up: no capacity', outcome: 'given-up', by }]);

    expect(await answerTo(bot, 'U0RESP', `reopen ${id}`)).toBe('The form is open.');
    await submit('U0RESP', { why: typed('Capacity is back') });

    await until(async () => (await last('reopened')) !== undefined, 'the reopening');
    const incident = await bot.store.load(id);
    expect(incident.closed).toBeUndefined();
    expect(incident.attempts).toMatchObject([{ ended: 'given up: no capacity', reopenedBy: 'U0RESP' }]);
    expect(incident.failedAt).toBe(failedAt);
    await cardSays('(attempt 2)');
    expect(await bot.store.ids('open')).toEqual([id]);
  });

  it('closes a duplicate: both threads name each other with a link, and the other incident goes on', async () => {
    bot = await startBot();
    await openIncident(bot);
    const other = 'rl-other234';
    const opening = anOpening({
      incident: other,
      job: 'srl-rlvr-gold-2',
      alarm: { ...anOpening().alarm, at: Date.now() },
    });
    await bot.store.open([opening]);
    await bot.deliver(other);
    await send(bot, 'U0RESP', `close ${other}`);
    await formOpen(closeFormId);
    const { job } = await bot.store.load(id);

    await submit('U0RESP', {
      outcome: chosen('Duplicate of another incident'),
      into: chosen(`${id}: ${job}`),
    });

    const present = await cardSays('|rl-other234>');
    expect(present).toContain('Duplicates: <http');
    expect((await bot.store.load(other)).closed).toMatchObject({
      into: id,
      outcome: 'duplicate',
      by: 'U0RESP',
    });
    expect((await bot.store.load(id)).closed).toBeUndefined();
    await until(async () => {
      const { messages } = await ledger(bot);
      const cards = messages.filter(({ metadata }) => metadata?.event_payload.incident === other);
      return JSON.stringify(cards).includes(`|${id}>`);
    }, 'the closed thread to link the other one');
  });

  it('closes what was started by mistake without a reason and without closing questions', async () => {
    bot = await startBot();
    await answerTo(bot, 'U0RESP', 'start test-playbook srl-rlvr-gold-1');
    const [started = ''] = await bot.store.ids('open');
    await send(bot, 'U0RESP', `close ${started}`);
    await formOpen(closeFormId);

    await submit('U0RESP', { outcome: chosen('Started by mistake') });

    await until(async () => (await bot.store.ids('open')).length === 0, 'the incident to close');
    expect((await bot.store.load(started)).closed).toMatchObject({ outcome: 'mistake', by: 'U0RESP' });
    expect(await eventsOf(bot, started, 'outcome-told')).toEqual([]);
  });

  it('gives up: the clock stops, and the closing questions come before the incident closes', async () => {
    bot = await startBot();
    await openIncident(bot);
    await send(bot, 'U0RESP', `close ${id}`);
    await formOpen(closeFormId);

    await submit('U0RESP', { outcome: chosen('Given up'), why: typed('The run is obsolete') });

    await until(async () => (await last('outcome-told')) !== undefined, 'the outcome');
    expect(await last('outcome-told')).toMatchObject({ says: 'given up: The run is obsolete' });
    expect(await last('closed')).toBeUndefined();
    expect(await answerTo(bot, 'U0LEAD', `close ${id}`)).toContain('Its outcome is already recorded');
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

  it.each(['take', 'handover', 'pause', 'resume', 'close'])(
    'sends /relight %s without an incident and chooses one in a form',
    async (command) => {
      bot = await startBot();
      expect(await answerTo(bot, 'U0RESP', command)).toBe('There is no open incident.');
      await openIncident(bot);

      expect(await answerTo(bot, 'U0RESP', command)).toBe('The form is open.');
      const incident = chosen(`${id}: ${(await bot.store.load(id)).job}`);
      expect(await submit('U0RESP', { incident })).toEqual({ ok: true });
    },
  );
});
