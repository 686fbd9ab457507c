import { afterEach, describe, expect, it, vi } from 'vitest';
import { ledger } from '../bot/a-person.ts';
import { until } from '../support/until.ts';
import { type Escalation, minute, routingKey, startEscalation } from './an-escalation.ts';

const failedAt = Date.parse('2026-03-29T00:15:00Z');
const by = { user: 'U0RESP', via: 'button' } as const;

/** The pages of an incident, by workers on a simulated clock, with stand-ins for Slack and the on-call tool. */
describe('the on-call tool', () => {
  let incident: Escalation;

  afterEach(async () => {
    vi.unstubAllEnvs();
    await incident.close();
  });

  const start = async (link?: string): Promise<void> => {
    incident = await startEscalation(failedAt, link);
  };
  /** The accepted events, such as `trigger lead`. */
  const events = (): readonly string[] =>
    incident.tool.events.map(({ action, key }) => `${action} ${key.split('.')[1]}`);
  const levelsWoken = (): readonly string[] => incident.tool.woken.map((key) => key.split('.')[1] ?? '');
  const calledInSlack = async (): Promise<readonly string[]> =>
    (await ledger(incident.bot)).messages
      .map(({ text }) => text)
      .filter((text) => / RTO is (used|missed)/.test(text));

  it.each([
    ['gold', 60],
    ['silver', 120],
    ['bronze', 240],
  ] as const)(
    'gets every call of a whole %s incident of %i minutes once, across the change to daylight saving and restarts, and so does the thread',
    async (tier, rtoMinutes) => {
      vi.stubEnv('TZ', 'Europe/Berlin');
      await start();
      await incident.open({ tier, rtoMinutes });

      await incident.pass(rtoMinutes / 2);
      expect(events()).toEqual(['trigger responder']);
      await incident.happens({ type: 'escalation-acknowledged', level: 'responder', by });
      await incident.restart();
      await incident.pass(rtoMinutes * 0.8 + 5);
      await incident.happens({ type: 'escalation-acknowledged', level: 'lead', by });
      await incident.restart();
      await incident.pass(rtoMinutes + 10);
      await incident.happens({ type: 'recovered', how: 'it trains' });
      await incident.pass(rtoMinutes + 13);

      // The alerts of different levels are resolved at the same time.
      expect([...events().slice(0, -3), ...events().slice(-3).toSorted()]).toEqual([
        'trigger responder',
        'acknowledge responder',
        'trigger lead',
        'trigger lead',
        'acknowledge lead',
        'trigger contacts',
        'trigger contacts',
        'trigger contacts',
        'resolve contacts',
        'resolve lead',
        'resolve responder',
      ]);
      expect(levelsWoken()).toEqual(['responder', 'lead', 'contacts']);
      expect(await calledInSlack()).toHaveLength(6);
      expect((await ledger(incident.bot)).violations).toEqual([]);
    },
  );

  it('gets the last call once when it was down, and nothing about a level that was acknowledged meanwhile', async () => {
    await start();
    await incident.open();
    incident.tool.answer(503);
    incident.clock.now = failedAt + 30 * minute;
    await incident.look();
    await until(() => incident.tool.requests() >= 2, 'a retry');
    await incident.happens({ type: 'escalation-acknowledged', level: 'responder', by });
    incident.clock.now = failedAt + 48 * minute;
    await incident.look();
    incident.clock.now = failedAt + 54 * minute;
    await incident.look();
    const before = incident.tool.requests();
    await until(() => incident.tool.requests() >= before + 2, 'the next retries');

    incident.tool.answer(undefined);
    await incident.pagesSent();

    expect(events()).toEqual(['trigger lead']);
    expect(incident.tool.events[0]?.body).toMatchObject({ payload: { custom_details: { call: 2 } } });
    expect(incident.logged.join('')).toContain('it is sent again');
    expect(incident.logged.join('')).not.toContain(routingKey);
  });

  it('is asked once if it refuses a page for good; the log and the thread say so', async () => {
    await start();
    await incident.open();
    incident.tool.answer(400);
    incident.clock.now = failedAt + 30 * minute;

    await incident.look();
    await incident.pagesSent();
    await incident.happens({ type: 'recovered', how: 'it trains' });
    await incident.pagesSent();

    expect(incident.tool.requests()).toBe(1);
    expect(incident.logged.join('')).toContain('HTTP 400');
    expect(incident.logged.join('')).toContain('check RELIGHT_PAGING_KEY');
    expect((await calledInSlack()).join('')).toContain('The on-call tool refused the page');
    expect(JSON.stringify((await ledger(incident.bot)).messages)).toContain('It answered: HTTP 400');
  });

  it('gets a page whose worker crashed before it was queued', async () => {
    await start();
    await incident.open();
    incident.clock.now = failedAt + 30 * minute;
    await incident.bot.store.record(incident.id, () => [
      {
        type: 'escalated',
        level: 'responder',
        number: 1,
        percent: 50,
        deadline: failedAt + 60 * minute,
        call: { users: [], groups: ['S0RESPOND'] },
        pages: true,
      },
    ]);
    await incident.bot.redis.client.zadd('{relight}:paged', incident.clock.now, incident.id);
    await incident.restart();

    await incident.pagesSent();

    expect(events()).toEqual(['trigger responder']);
  });
});
