import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import type { Halt } from '../../../src/incidents/halt/halts.ts';
import { putCheckpoint } from '../../support/a-training-run.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { changing, pilotFor, waitMinutes } from './a-pilot.ts';
import { type WaitingIncident, waitingIncident } from './a-waiting-incident.ts';

const minute = 60_000;

/** What makes Autopilot stand back, after which the request needs approval as any other. */
describe('Autopilot that may not approve', () => {
  let redis: TestRedis;
  let waiting: WaitingIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    waiting = await waitingIncident(redis);
  });

  it.each([{}, { terms: { undo: 'Can be undone.', price: 'Depends on what it does' } }])(
    'leaves a request of unknown cost to people',
    async (of) => {
      waiting = await waitingIncident(redis, changing(of));
      await pilotFor(waiting, 'auto')(waiting.id);
      expect(await waiting.recorded('autopilot-disarmed')).toMatchObject([{ why: 'its cost is not known' }]);
      expect(await waiting.state()).toMatchObject({ status: 'proposed', approvals: [] });
    },
  );

  it.each(['off', 'suggest'] as const)('with the mode %s, approves nothing', async (mode) => {
    const pilot = pilotFor(waiting, mode);
    await pilot(waiting.id);
    waiting.timePasses(60 * minute);
    await pilot(waiting.id);
    expect(await waiting.recorded('autopilot-suggested')).toHaveLength(mode === 'off' ? 0 : 1);
    expect(await waiting.state()).toMatchObject({ status: 'proposed', approvals: [] });
  });

  it('leaves the request to people when changes are halted during the countdown', async () => {
    let halt: Halt | undefined;
    const pilot = pilotFor(waiting, 'veto', { halts: { current: async () => halt } });
    await pilot(waiting.id);
    halt = { source: 'variable', why: 'bad image', at: 1 };
    await pilot(waiting.id);
    halt = undefined;
    await expectPeopleAfter(pilot, 'all changes were halted: bad image (by RELIGHT_HALT)');
  });

  it('leaves the request to people when the incident is paused during the countdown', async () => {
    const pilot = pilotFor(waiting, 'veto');
    const by = { user: 'U0RESP', via: 'form' } as const;
    await pilot(waiting.id);
    await waiting.events({ type: 'paused', why: 'wait', by });
    waiting.timePasses(waitMinutes * minute);
    await pilot(waiting.id);
    await waiting.events({ type: 'unpaused', by });
    await expectPeopleAfter(pilot, 'the incident was paused');
  });

  it('leaves the request to people when a cap is used up', async () => {
    const pilot = pilotFor(waiting, 'veto', {
      requireStillGood: async () => {
        throw new OpsError('cap-used-up', 'caps.concurrent_jobs allows 1 job');
      },
    });
    await pilot(waiting.id);
    await expectPeopleAfter(pilot, 'A cap in relight.yaml is used up: caps.concurrent_jobs allows 1 job');
  });

  it('leaves the request to people when the checkpoint that it rests on changed', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    putCheckpoint(waiting.ports.checkpoints, 1300, 1);
    await expectPeopleAfter(pilot, expect.stringContaining('checkpoint-1300'));
  });

  it('leaves the request to people when relight.yaml no longer lets it', async () => {
    await pilotFor(waiting, 'veto')(waiting.id);
    await expectPeopleAfter(pilotFor(waiting, 'off'), 'relight.yaml no longer lets Autopilot approve it');
  });

  it('leaves the request to people when Relight was down at that time, because nobody could hold it', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    waiting.timePasses(60 * minute);
    await expectPeopleAfter(pilot, 'Relight could not act when the time was up');
  });

  it('says in the thread that it is demoted, once, and only suggests from then on', async () => {
    const pilot = pilotFor(waiting, 'veto');
    await pilot(waiting.id);
    waiting.timePasses(waitMinutes * minute);
    await pilot(waiting.id);
    const failure = { code: 'aws-quota', says: 'no quota', next: '' };
    await waiting.events({ type: 'step-failed', step: 'resumed', attempt: 1, ...failure });
    await pilot(waiting.id);
    await pilot(waiting.id);
    expect(await waiting.recorded('autopilot-demoted')).toMatchObject([{ why: 'no quota' }]);

    const by = { user: 'U0RESP', via: 'button' } as const;
    await waiting.events({ type: 'step-retried', step: 'resumed', attempt: 2, by });
    await waiting.runDue();
    await pilot(waiting.id);
    expect(await waiting.recorded('autopilot-armed')).toHaveLength(1);
    expect(await waiting.recorded('autopilot-suggested')).toMatchObject([
      { attempt: 2, demoted: 'no quota (rl-test1234)' },
    ]);
  });

  it('waits with its countdown until an incident goes on that was paused before', async () => {
    const pilot = pilotFor(waiting, 'veto');
    const by = { user: 'U0RESP', via: 'form' } as const;
    await waiting.events({ type: 'paused', why: 'wait', by });
    await pilot(waiting.id);
    expect(await waiting.recorded('autopilot-armed')).toEqual([]);
    await waiting.events({ type: 'unpaused', by });
    await pilot(waiting.id);
    expect(await waiting.recorded('autopilot-armed')).toHaveLength(1);
  });

  async function expectPeopleAfter(pilot: (id: string) => Promise<boolean>, why: unknown): Promise<void> {
    waiting.timePasses(waitMinutes * minute);
    await pilot(waiting.id);
    await waiting.runDue();
    expect(await waiting.recorded('autopilot-disarmed')).toMatchObject([{ why }]);
    expect(await waiting.state()).toMatchObject({ status: 'proposed', approvals: [] });
    expect(waiting.launches()).toBe(0);
  }
});
