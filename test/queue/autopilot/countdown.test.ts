import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../../src/incidents/approve.ts';
import { hold } from '../../../src/incidents/autopilot/hold-request.ts';
import { createIncidentStore } from '../../../src/incidents/journal/store.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { changing, pilotFor, waitMinutes } from './a-pilot.ts';
import { type WaitingIncident, waitingIncident } from './a-waiting-incident.ts';

const minute = 60_000;

/** The launch of the playbook for lost spot capacity, which Autopilot approves. */
describe('Autopilot', () => {
  let redis: TestRedis;
  let waiting: WaitingIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    waiting = await waitingIncident(redis);
  });

  it('under a veto, waits its time, approves once, and the change is carried out', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    waiting.timePasses(waitMinutes * minute - 1);
    await pilot(waiting.id);
    await waiting.runDue();
    expect(waiting.launches()).toBe(0);

    waiting.timePasses(1);
    await pilot(waiting.id);
    await pilot(waiting.id);
    await waiting.runDue();

    expect(waiting.launches()).toBe(1);
    expect(await waiting.recorded('autopilot-approved')).toMatchObject([{ step: 'resumed', mode: 'veto' }]);
    expect(await waiting.recorded('step-approved')).toEqual([]);
    expect(waiting.vaultIntents).toMatchObject([{ approvers: [{ by: 'autopilot' }] }]);
  });

  it('arms and approves once, with two workers that look at the same moment and a restart between', async () => {
    const another = {
      ...waiting,
      store: createIncidentStore(redis.client, chain, waiting.ports.clock),
    };
    await Promise.all([pilotFor(waiting, 'veto')(waiting.id), pilotFor(another, 'veto')(waiting.id)]);
    waiting.timePasses(waitMinutes * minute);
    // Only the journal is left of them.
    const restarted = {
      ...waiting,
      store: createIncidentStore(redis.client, chain, waiting.ports.clock),
    };
    await Promise.all([pilotFor(restarted, 'veto')(waiting.id), pilotFor(another, 'veto')(waiting.id)]);
    await waiting.runDue();

    expect(await waiting.recorded('autopilot-armed')).toHaveLength(1);
    expect(await waiting.recorded('autopilot-approved')).toHaveLength(1);
    expect(waiting.launches()).toBe(1);
  });

  it('loses every race against a person who holds it', async () => {
    for (let run = 0; run < 20; run += 1) {
      waiting = await waitingIncident(redis);
      const pilot = pilotFor(waiting, 'veto');
      await pilot(waiting.id);
      waiting.timePasses(waitMinutes * minute);
      const [, answer] = await Promise.all([pilot(waiting.id), waiting.clicks(hold)]);
      await waiting.runDue();

      expect(answer).toEqual({ kind: 'recorded', what: 'held' });
      expect(waiting.launches()).toBe(0);
      expect(await waiting.state()).toMatchObject({ status: 'proposed', approvals: [] });
    }
  });

  it('that was held approves nothing later, and a person can still approve', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    await waiting.clicks(hold);
    waiting.timePasses(60 * minute);
    await pilot(waiting.id);
    expect(await waiting.state()).toMatchObject({ status: 'proposed', approvals: [] });

    expect(await waiting.clicks(approve)).toEqual({ kind: 'recorded', what: 'approved' });
    await waiting.runDue();
    expect(waiting.launches()).toBe(1);
    expect(await waiting.recorded('autopilot-approved')).toEqual([]);
  });

  it('is held by a click that comes after the change has begun but before it was sent', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    waiting.timePasses(waitMinutes * minute);
    await pilot(waiting.id);
    const now = await waiting.state();
    const hash = now?.status === 'proposed' ? now.hash : '';
    await waiting.events({ type: 'step-begun', step: 'resumed', attempt: 1, hash, marksSent: true });

    expect(await waiting.clicks(hold)).toEqual({ kind: 'recorded', what: 'canceled' });
    await waiting.runDue();
    expect(waiting.launches()).toBe(0);
  });

  it('counts Go now as the approval of that person', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    await waiting.clicks(approve);
    waiting.timePasses(waitMinutes * minute);
    await pilot(waiting.id);
    await waiting.runDue();

    expect(waiting.vaultIntents).toMatchObject([{ approvers: [{ by: 'U0RESP' }] }]);
    expect(waiting.launches()).toBe(1);
  });

  it('with the mode auto, approves at once what costs nothing and has no warning', async () => {
    waiting = await waitingIncident(redis, changing({ terms: { undo: 'Can be undone.' } }));
    await pilotFor(waiting, 'auto')(waiting.id);
    await waiting.runDue();
    expect(await waiting.recorded('autopilot-approved')).toMatchObject([{ mode: 'auto' }]);
    expect(await waiting.state()).toMatchObject({ status: 'done' });
  });

  it('with the mode auto, gives people time for a request with a warning', async () => {
    await pilotFor(waiting, 'auto')(waiting.id);
    expect(await waiting.recorded('autopilot-approved')).toEqual([]);
    expect(await waiting.recorded('autopilot-armed')).toHaveLength(1);
  });
});
