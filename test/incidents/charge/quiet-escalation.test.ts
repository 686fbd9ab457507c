import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { by, Clockwork, minute } from './clockwork.ts';

describe('calls about an incident', () => {
  let incident: Clockwork;

  beforeEach(async () => {
    incident = await Clockwork.start();
  });
  afterEach(async () => {
    await incident.close();
  });

  it('calls everyone in one message after Relight was down over several levels', async () => {
    await incident.open();
    incident.now += 70 * minute;
    await incident.run();

    expect(await incident.calls()).toMatchObject([
      {
        level: 'contacts',
        number: 1,
        call: { users: ['U0BOSS'], groups: ['S0RESPOND', 'S0LEADS', 'S0ONCALL'] },
      },
    ]);
  });

  it('repeats a call that nobody acknowledges every 5 minutes for an hour, then every hour', async () => {
    await incident.open();
    incident.now += 60 * minute;
    for (; incident.now <= incident.failedAt + 300 * minute; incident.now += minute) await incident.run();

    const minutes = (await incident.calls()).map(({ minute: at }) => at);
    expect(minutes).toEqual([60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 175, 235, 295]);
  });

  it('calls only the contacts while a person has paused the incident, and the level that is due once it resumes', async () => {
    await incident.open(60, {}, { type: 'paused', why: 'storage is moved', by });
    await incident.until(50);
    expect(await incident.calls()).toEqual([]);

    await incident.happens({ type: 'unpaused', by });
    await incident.until(51);
    await incident.happens({ type: 'paused', why: 'storage is moved', by });
    await incident.until(61);

    expect(await incident.callsInWords()).toEqual(['50.25 lead 1', '60 contacts 1']);
  });

  it.each<[string, IncidentEvent[]]>([
    ['has recovered', [{ type: 'recovered', how: 'it trains' }]],
    ['was given up', [{ type: 'outcome-told', says: 'given up', by }]],
    ['is closed', [{ type: 'closed', why: 'nothing broke' }]],
    ['is held back by a maintenance window', [{ type: 'held', hold: 'w-1', name: 'Upgrade', until: 9e15 }]],
  ])('calls nobody about an incident that %s', async (_, events) => {
    await incident.open(60, {}, ...events);
    await incident.until(62);

    expect(await incident.calls()).toEqual([]);
  });

  it('calls nobody about a job that still trains', async () => {
    await incident.open(60, { kind: 'checkpoints_stopped' });
    await incident.until(62);

    expect(await incident.calls()).toEqual([]);
  });

  it('calls again from the level that is due when a recovered incident fails again', async () => {
    await incident.open();
    await incident.until(50);
    await incident.happens({ type: 'escalation-acknowledged', level: 'lead', by });
    await incident.happens({ type: 'recovered', how: 'it trains' });
    await incident.until(52);
    await incident.happens({ type: 'reopened', job: 'copy', why: 'failed', at: incident.now });
    await incident.until(53);

    expect((await incident.callsInWords()).slice(-2)).toEqual(['48 lead 1', '52.25 lead 1']);
  });
});
