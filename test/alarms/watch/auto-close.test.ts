import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import {
  type AnAlarmHandler,
  aJobEvent,
  anAlarm,
  began,
  createAnAlarmHandler,
  minute,
} from '../an-alarm-handler.ts';

describe('auto-close', () => {
  let redis: TestRedis;
  let here: AnAlarmHandler;
  const job = 'srl-rlvr-gold-1';
  let number = 0;
  const take = async (body: string) => {
    number += 1;
    return here.handleAlarm({ id: `m-${number}`, body, path: 'sqs' });
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    here = createAnAlarmHandler(redis.client);
  });

  describe('an alarm that is OK again', () => {
    const okAt = began + minute;
    beforeEach(async () => {
      await take(anAlarm('ALARM', began));
      await take(anAlarm('OK', okAt));
    });

    it('is recorded, and after a while closes an incident that nobody has started on', async () => {
      here.clock.at = okAt + 4 * minute;
      await here.settle();
      expect((await here.open()).map(({ alarmStates }) => [...alarmStates.values()])).toEqual([
        [{ state: 'OK', at: okAt, flapping: false }],
      ]);

      here.clock.at = okAt + 5 * minute;
      await here.settle();
      expect((await here.all())[0]?.closed?.why).toContain('OK for 5 minutes');
    });

    it('does not close the incident while SageMaker reports the job as failed', async () => {
      here.broken.add(job);
      here.clock.at = okAt + 60 * minute;
      await here.settle();

      expect(await here.open()).toHaveLength(1);
    });

    it('does not close the incident after an event that the job failed', async () => {
      await take(aJobEvent('Failed', 'Failed', began));
      here.clock.at = okAt + 60 * minute;
      await here.settle();

      expect(await here.open()).toHaveLength(1);
    });

    it('does not close an incident that a person has started on', async () => {
      const [incident] = await here.open();
      await here.store.transact(incident?.id ?? '', () => ({
        events: [
          {
            type: 'playbook-started',
            playbook: 'investigate',
            steps: ['diagnosis'],
            by: { user: 'U0LEAD', via: 'command' },
          },
        ],
        answer: null,
      }));
      here.clock.at = okAt + 60 * minute;
      await here.settle();

      expect(await here.open()).toHaveLength(1);
    });

    it('restarts the wait when the alarm is raised again, in the same incident', async () => {
      await take(anAlarm('ALARM', okAt + 2 * minute));
      here.clock.at = okAt + 6 * minute;
      await here.settle();
      expect(await here.open()).toHaveLength(1);

      await take(anAlarm('OK', okAt + 7 * minute));
      here.clock.at = okAt + 12 * minute;
      await here.settle();
      expect((await here.all()).map(({ closed }) => closed?.at)).toEqual([okAt + 12 * minute]);
    });

    it('opens a new incident when it is raised after the old one closed', async () => {
      here.clock.at = okAt + 5 * minute;
      await here.settle();
      await take(anAlarm('ALARM', okAt + 10 * minute));

      expect(await here.all()).toHaveLength(2);
    });
  });

  describe('a flapping alarm', () => {
    const flaps = 20;
    beforeEach(async () => {
      for (let flap = 0; flap < flaps; flap += 1)
        await take(anAlarm(flap % 2 === 0 ? 'ALARM' : 'OK', began + flap * 30_000));
    });
    const journalOf = async () => {
      const [incident] = await here.all();
      return (await here.store.journal(incident?.id ?? '')).map(({ event }) => event.type);
    };

    it('gets one incident that says so once and then stays silent', async () => {
      expect(await here.all()).toHaveLength(1);
      expect(await journalOf()).toEqual([
        'opened',
        'alarm-cleared',
        'alarm-joined',
        'alarm-cleared',
        'alarm-joined',
        'alarm-cleared',
        'alarm-flapping',
      ]);
    });

    it('keeps its incident open, which shows the final state once the alarm is stable', async () => {
      const last = began + (flaps - 1) * 30_000;
      here.clock.at = last + 14 * minute;
      await here.settle();
      expect((await journalOf()).at(-1)).toBe('alarm-flapping');

      here.clock.at = last + 15 * minute;
      await here.settle();
      expect((await journalOf()).at(-1)).toBe('alarm-settled');

      here.clock.at = last + 16 * minute;
      await here.settle();
      expect((await journalOf()).at(-1)).toBe('closed');
    });
  });
});
