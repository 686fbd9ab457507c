import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { by, Clockwork, contacts, minute } from './clockwork.ts';

describe('people are called when the RTO runs out', () => {
  let incident: Clockwork;

  beforeEach(async () => {
    incident = await Clockwork.start();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await incident.close();
  });

  it.each([
    ['gold', 60, '2026-11-29T01:00:00Z'],
    ['silver', 120, '2026-03-29T00:15:00Z'],
    ['bronze', 240, '2026-10-25T00:15:00Z'],
  ] as const)(
    'once per level and repetition over a whole %s incident of %i minutes, by two workers that restart all the time, and while clocks are changed for daylight saving',
    async (tier, rto, start) => {
      vi.stubEnv('TZ', 'Europe/Berlin');
      await incident.close();
      incident = await Clockwork.start(start);
      await incident.open(rto, { tier });

      await incident.until(rto + 11);

      const every5 = (level: string, from: number, to: number): string[] =>
        Array.from({ length: Math.ceil((to - from) / 5) }, (_, at) => `${from + at * 5} ${level} ${at + 1}`);
      const expected = {
        60: [...every5('responder', 30, 48), ...every5('lead', 48, 60), ...every5('contacts', 60, 71)],
        120: [...every5('responder', 60, 96), ...every5('lead', 96, 120), ...every5('contacts', 120, 131)],
        240: [...every5('responder', 120, 180), ...every5('lead', 192, 240), ...every5('contacts', 240, 251)],
      };
      expect(await incident.callsInWords()).toEqual(expected[rto]);
    },
  );

  it('calls the responders first, then the leads, then the contacts of the tier', async () => {
    await incident.open();
    await incident.until(61);

    const firsts = (await incident.calls()).filter(({ number }) => number === 1);
    expect(firsts).toMatchObject([
      { level: 'responder', percent: 50, call: { groups: ['S0RESPOND'] } },
      { level: 'lead', percent: 80, call: { groups: ['S0LEADS'] } },
      { level: 'contacts', percent: 100, call: contacts, deadline: incident.failedAt + 60 * minute },
    ]);
  });

  it('calls only the person who has taken the incident at first', async () => {
    await incident.open(60, {}, { type: 'taken', by });
    await incident.until(31);

    expect(await incident.calls()).toMatchObject([{ call: { users: ['U0RESP'], groups: [] } }]);
  });

  it('stops the repetitions of a level that is acknowledged, and the next level still calls', async () => {
    await incident.open();
    await incident.until(32);
    await incident.happens({ type: 'escalation-acknowledged', level: 'responder', by });
    await incident.until(50);
    await incident.happens({ type: 'escalation-acknowledged', level: 'lead', by });
    await incident.until(62);

    expect(await incident.callsInWords()).toEqual(['30 responder 1', '48 lead 1', '60 contacts 1']);
  });

  it('calls the leads at once when a breach is predicted, and again when 80 % is used', async () => {
    await incident.open();
    await incident.until(10);
    incident.predicted = incident.failedAt + 60 * minute;
    await incident.until(12);
    expect(await incident.calls()).toEqual([]);

    incident.predicted = incident.failedAt + 75 * minute;
    await incident.until(13);
    await incident.happens({ type: 'escalation-acknowledged', level: 'predicted', by });
    incident.predicted = undefined;
    await incident.until(16);
    incident.predicted = incident.failedAt + 75 * minute;
    await incident.until(49);

    expect(await incident.calls()).toMatchObject([
      {
        level: 'predicted',
        number: 1,
        percent: 20,
        predictedRecoveryAt: incident.failedAt + 75 * minute,
        call: { groups: ['S0RESPOND', 'S0LEADS'] },
      },
      { level: 'lead', number: 1, percent: 80, call: { groups: ['S0LEADS'] } },
    ]);
  });
});
