import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type AHoldingHandler, createAHoldingHandler } from './a-holding-handler.ts';
import { anAlarm, began, minute } from './an-alarm-handler.ts';

const bronze = 'srl-rlvr-bronze-1';

describe('new threads', () => {
  let redis: TestRedis;
  let here: AHoldingHandler;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    here = createAHoldingHandler(redis.client);
  });

  describe('in a maintenance window', () => {
    it('wait until it is over; then one message lists the failures, open ones first', async () => {
      const closed = await here.fails(bronze);
      here.clock.at += minute;
      const open = await here.fails('srl-rlvr-bronze-2');
      await here.handleAlarm({
        id: 'a-1',
        body: anAlarm('ALARM', here.clock.at, { job: open.job }),
        path: 'sns',
      });
      await here.store.transact(closed.id, () => ({
        events: [{ type: 'closed', why: 'nobody needs it' }],
        answer: null,
      }));
      await here.release();
      expect(here.said).toEqual([]);
      expect((await here.load(open)).held).toMatchObject({
        name: 'Cluster upgrade',
        until: began + 60 * minute,
      });

      here.clock.at = began + 60 * minute;
      await here.release();

      expect(here.said).toEqual([
        {
          id: expect.stringMatching(/^held-maintenance-0-\d+$/),
          sign: 'warning',
          headline: 'Cluster upgrade is over',
          lines: [
            '2 incidents were held back: 1 still open.',
            `03:02 UTC · srl-rlvr-bronze-2: training failed (${open.id}, 2 alarms) · open: its thread follows`,
            `03:01 UTC · ${bronze}: training failed (${closed.id}) · closed: nobody needs it`,
          ],
        },
      ]);
      expect((await here.load(open)).held).toBeUndefined();
      // A closed incident needs no thread.
      expect((await here.load(closed)).held).toBeDefined();
      await here.release();
      expect(here.said).toHaveLength(1);
    });

    it('are opened immediately for other jobs and when a person starts a playbook', async () => {
      expect((await here.fails('srl-rlvr-gold-1')).held).toBeUndefined();

      const held = await here.fails(bronze);
      expect(held.held).toBeDefined();
      const by = { user: 'U0LEAD', via: 'command' } as const;
      const alarm = { source: 'person', name: '/relight start', reason: '', at: here.clock.at } as const;
      await here.intake({ job: bronze, kind: 'unknown', alarm, by });
      expect((await here.load(held)).held).toBeUndefined();

      const another = await here.intake({ job: 'srl-rlvr-bronze-2', kind: 'unknown', alarm, by });
      expect(another.incident.held).toBeUndefined();
    });

    it('are not lost if they are released while they are being opened', async () => {
      const { open } = here.store;
      Object.assign(here.store, {
        open: async (...events: Parameters<typeof open>) => here.release().then(async () => open(...events)),
      });
      const held = await here.fails(bronze);
      here.clock.at = began + 60 * minute;
      await here.release();

      expect((await here.load(held)).held).toBeUndefined();
      expect(here.said).toHaveLength(1);
    });

    it('also wait for a failure in its last moment, and are announced even if the process crashed in between', async () => {
      here.clock.at = began + 60 * minute - 1;
      const held = await here.fails(bronze);
      here.clock.at += 1;
      const { record } = here.store;
      Object.assign(here.store, { record: async () => Promise.reject(new Error('killed')) });
      await here.release();
      Object.assign(here.store, { record });
      expect((await here.load(held)).held).toBeDefined();

      await here.release();

      expect((await here.load(held)).held).toBeUndefined();
      expect(here.said).toHaveLength(1);
    });
  });

  describe('about many jobs at once', () => {
    beforeEach(() => {
      here = createAHoldingHandler(redis.client, {
        outages: { jobs: 3, minutes: 5 },
        classify: () => 'internal',
      });
    });
    const outage = async () => (await here.open()).find(({ kind }) => kind === 'system_failure');

    it('wait while all of the jobs are held back, and are opened when another job fails', async () => {
      for (let n = 1; n <= 4; n += 1) await here.fails(`srl-rlvr-bronze-${n}`);
      expect((await outage())?.held?.name).toBe('Cluster upgrade');

      await here.fails('srl-rlvr-gold-1');

      expect((await outage())?.affectedJobs).toHaveLength(5);
      expect((await outage())?.held).toBeUndefined();
    });

    it('are opened immediately if one of the first jobs is not held back', async () => {
      for (const job of [bronze, 'srl-rlvr-gold-1', 'srl-rlvr-bronze-2']) await here.fails(job);

      expect((await outage())?.affectedJobs).toHaveLength(3);
      expect((await outage())?.held).toBeUndefined();
    });
  });
});
