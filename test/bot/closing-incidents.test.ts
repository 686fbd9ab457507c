import { afterEach, describe, expect, it } from 'vitest';
import { actionIds, closeFormId } from '../../src/bot/ids.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { anOpening } from '../support/a-journal.ts';
import { aJob } from '../support/fake-training.ts';
import { until } from '../support/until.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, eventsOf, happened, ledger, openIncident, press, send } from './a-person.ts';
import { cardSays, chosen, formOpen, submit, told, typed } from './in-forms.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'button' } as const;

/** The ends of an incident that people decide, through Slack. */
describe('a person', () => {
  let bot: TestBot;

  afterEach(async () => bot.close());

  const last = async (type: IncidentEvent['type']): Promise<IncidentEvent | undefined> =>
    (await eventsOf(bot, id, type)).at(-1);

  it('closes it as not a problem only with a reason; a late click says who closed it and why', async () => {
    bot = await startBot();
    await openIncident(bot);
    await send(bot, 'U0RESP', `close ${id}`);
    await formOpen(bot, closeFormId);
    expect(await submit(bot, 'U0RESP', { outcome: chosen('Not a problem') })).toMatchObject({
      errors: { why: 'Type the reason.' },
    });

    await submit(bot, 'U0RESP', { outcome: chosen('Not a problem'), why: typed('The job was a test') });

    await until(async () => (await last('closed')) !== undefined, 'the incident to close');
    expect(await last('closed')).toMatchObject({ outcome: 'not-a-problem', by: { user: 'U0RESP' } });
    await press(bot, 'U0LEAD');
    expect(await told(bot, 'U0LEAD')).toEqual([
      expect.stringMatching(
        /^<@U0RESP> closed the incident at \d\d:\d\d UTC: not a problem: The job was a test\.$/,
      ),
    ]);
    expect(await cardSays(bot, 'closed')).toContain(actionIds.reopen);
  });

  it('cannot close it while an approved change is under way', async () => {
    bot = await startBot();
    await openIncident(bot);
    await press(bot, 'U0LEAD');
    await told(bot, 'U0LEAD');

    expect(await answerTo(bot, 'U0LEAD', `close ${id}`)).toContain('An approved change is in progress');
  });

  it('who recovered by hand names a job that exists, and Relight follows it', async () => {
    const running = aJob({ name: 'by-hand', status: 'InProgress', secondaryStatus: 'Training' });
    bot = await startBot({ jobs: [running] });
    await openIncident(bot);
    await send(bot, 'U0RESP', `close ${id}`);
    await formOpen(bot, closeFormId);
    const byHand = chosen('Recovered by hand');
    expect(await submit(bot, 'U0RESP', { outcome: byHand, job: typed('no-such-job') })).toMatchObject({
      errors: { job: 'There is no training job no-such-job.' },
    });

    await submit(bot, 'U0RESP', { outcome: byHand, job: typed('by-hand') });

    await until(async () => (await last('recovered')) !== undefined, 'the recovery');
    expect(await last('job-took-over')).toMatchObject({ job: 'by-hand', by: { user: 'U0RESP' } });
    expect((await bot.store.load(id)).follows).toMatchObject({ job: 'by-hand' });
    await cardSays(bot, 'Following by-hand');
  });

  it('reopens it in the same thread, as the next attempt', async () => {
    bot = await startBot();
    await openIncident(bot);
    const { failedAt } = await bot.store.load(id);
    await happened(bot, id, [{ type: 'closed', why: 'given up: no capacity', outcome: 'given-up', by }]);

    expect(await answerTo(bot, 'U0RESP', `reopen ${id}`)).toBe('The form is open.');
    await submit(bot, 'U0RESP', { why: typed('Capacity is back') });

    await until(async () => (await last('reopened')) !== undefined, 'the reopening');
    const incident = await bot.store.load(id);
    expect(incident.closed).toBeUndefined();
    expect(incident.attempts).toMatchObject([{ ended: 'given up: no capacity', reopenedBy: 'U0RESP' }]);
    expect(incident.failedAt).toBe(failedAt);
    await cardSays(bot, '(attempt 2)');
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
    await formOpen(bot, closeFormId);
    const { job } = await bot.store.load(id);

    await submit(bot, 'U0RESP', {
      outcome: chosen('Duplicate of another incident'),
      into: chosen(`${id}: ${job}`),
    });

    const present = await cardSays(bot, '|rl-other234>');
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
    await formOpen(bot, closeFormId);

    await submit(bot, 'U0RESP', { outcome: chosen('Started by mistake') });

    await until(async () => (await bot.store.ids('open')).length === 0, 'the incident to close');
    expect((await bot.store.load(started)).closed).toMatchObject({ outcome: 'mistake', by: 'U0RESP' });
    expect(await eventsOf(bot, started, 'outcome-told')).toEqual([]);
  });

  it('gives up: the clock stops, and the closing questions come before the incident closes', async () => {
    bot = await startBot();
    await openIncident(bot);
    await send(bot, 'U0RESP', `close ${id}`);
    await formOpen(bot, closeFormId);

    await submit(bot, 'U0RESP', { outcome: chosen('Given up'), why: typed('The run is obsolete') });

    await until(async () => (await last('outcome-told')) !== undefined, 'the outcome');
    expect(await last('outcome-told')).toMatchObject({ says: 'given up: The run is obsolete' });
    expect(await last('closed')).toBeUndefined();
    expect(await answerTo(bot, 'U0LEAD', `close ${id}`)).toContain('Its outcome is already recorded');
  });
});
