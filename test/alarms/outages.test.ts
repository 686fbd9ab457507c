import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import {
  type AnAlarmHandler,
  aJobEvent,
  anAlarm,
  began,
  createAnAlarmHandler,
  minute,
} from './an-alarm-handler.ts';

describe('jobs that fail together', () => {
  let redis: TestRedis;
  let here: AnAlarmHandler;
  const fails = async (n: number, at = began + n * 1_000) =>
    here.handleAlarm({
      id: `m-${n}-${at}`,
      body: aJobEvent('Failed', 'Failed', at, `srl-rlvr-gold-${n}`),
      path: 'sqs',
    });
  const outageOf = (all: readonly Incident[]) => all.find(({ kind }) => kind === 'system_failure');

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 5, minutes: 5 },
      classify: () => 'internal',
    });
    here.clock.at = began + minute;
  });

  it('are one incident that lists them, into which their own incidents are merged', async () => {
    for (let n = 1; n <= 12; n += 1) await fails(n);

    const [outage, another] = await here.open();
    expect(another).toBeUndefined();
    expect(outage).toMatchObject({ kind: 'system_failure', failedAt: began + 1_000 });
    expect(outage?.affectedJobs.map(({ job }) => job).toSorted()).toEqual(
      Array.from({ length: 12 }, (_, n) => `srl-rlvr-gold-${n + 1}`).toSorted(),
    );
    const folded = (await here.all()).filter(({ closed }) => closed !== undefined);
    expect(folded.map(({ closed }) => closed)).toEqual(
      Array.from({ length: 4 }, () =>
        expect.objectContaining({ why: expect.stringContaining('continues in'), into: outage?.id }),
      ),
    );
  });

  it('have the RTO of the most urgent job, from the first failure, in any order of arrival', async () => {
    const bronze = async (n: number) =>
      here.handleAlarm({
        id: `b-${n}`,
        body: aJobEvent('Failed', 'Failed', began + n * 1_000, `srl-rlvr-bronze-${n}`),
        path: 'sqs',
      });
    for (let n = 11; n <= 16; n += 1) await bronze(n);
    expect((await here.open()).map(({ tier, rtoMinutes }) => [tier, rtoMinutes])).toEqual([['bronze', 240]]);
    await fails(3);
    await bronze(17);

    const [outage, another] = await here.open();
    expect(another).toBeUndefined();
    expect(outage?.affectedJobs).toHaveLength(8);
    expect(outage).toMatchObject({
      tier: 'gold',
      rtoMinutes: 60,
      rpoMinutes: 30,
      failedAt: began + 3_000,
    });
  });

  it('are one incident even if all are announced at once on several paths', async () => {
    await Promise.all(Array.from({ length: 30 }, async (_, n) => Promise.all([fails(n + 1), fails(n + 1)])));
    await here.settle();

    const [outage, another] = await here.open();
    expect(another).toBeUndefined();
    expect(outage?.affectedJobs).toHaveLength(30);
    expect(new Set(outage?.affectedJobs.map(({ job }) => job)).size).toBe(30);
  });

  it('get their own incidents if SageMaker reports separate causes, whatever their alarms are named', async () => {
    here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 5, minutes: 5 },
      classify: () => 'oom_gpu',
    });
    here.clock.at = began + minute;
    const raised = async (n: number) => {
      const body = anAlarm('ALARM', began + n * 1_000, { job: `srl-rlvr-gold-${n}` });
      await here.handleAlarm({ id: `a-${n}`, body, path: 'sqs' });
    };
    // The alarms may arrive long before SageMaker's event.
    for (let n = 1; n <= 12; n += 1) await raised(n);
    for (let n = 1; n <= 12; n += 1) await fails(n);
    for (let n = 1; n <= 12; n += 1) await raised(n);

    expect(outageOf(await here.all())).toBeUndefined();
    expect(await here.open()).toHaveLength(12);
  });

  it('are one incident even if some alarms are named after another cause', async () => {
    for (let n = 1; n <= 8; n += 1) {
      await fails(n);
      const body = anAlarm('ALARM', began + n * 1_000, { job: `srl-rlvr-gold-${n}` });
      await here.handleAlarm({ id: `a-${n}`, body, path: 'sqs' });
    }

    const open = await here.open();
    expect(open.map(({ kind }) => kind)).toEqual(['system_failure']);
    expect(open[0]?.affectedJobs).toHaveLength(8);
  });

  it('add the alarms of their jobs, whatever their names, and open no other thread', async () => {
    for (let n = 1; n <= 6; n += 1) await fails(n);
    const alarmed = async (state: 'ALARM' | 'OK', n: number, at: number) => {
      const name = `TrainingJobMemoryUsage-${n}`;
      const body = anAlarm(state, at, { job: 'srl-rlvr-gold-2', name });
      return here.handleAlarm({ id: `${state}-${n}`, body, path: 'sqs' });
    };

    expect(await alarmed('ALARM', 1, began + minute)).toBe('joined');
    for (let n = 2; n <= 50; n += 1) await alarmed('ALARM', n, began + minute);
    await alarmed('OK', 1, began + 2 * minute);

    const [outage, another] = await here.open();
    expect(another).toBeUndefined();
    // The journal stays short with many jobs: only the first alarms of each are recorded.
    expect(outage?.alarms.filter(({ job }) => job === 'srl-rlvr-gold-2')).toHaveLength(3);
    expect(outage?.alarmStates.get('TrainingJobMemoryUsage-1')?.state).toBe('OK');
    expect(outage?.alarmStates.get('TrainingJobMemoryUsage-2')?.state).toBe('ALARM');
  });

  it('get their own incidents while they are few or far apart', async () => {
    for (let n = 1; n <= 4; n += 1) await fails(n);
    for (let n = 5; n <= 8; n += 1) await fails(n, began + n * 10 * minute);

    expect(outageOf(await here.all())).toBeUndefined();
    expect(await here.open()).toHaveLength(8);
  });

  it('keep the thread in which somebody has started work, and say so in the list of jobs', async () => {
    await fails(1);
    const [own] = await here.open();
    await here.store.transact(own?.id ?? '', () => ({
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
    for (let n = 2; n <= 6; n += 1) await fails(n);

    const open = await here.open();
    expect(open.map(({ id }) => id)).toContain(own?.id);
    expect(open).toHaveLength(2);
    expect(outageOf(open)?.affectedJobs.find(({ job }) => job === 'srl-rlvr-gold-1')?.own).toBe(own?.id);
  });

  it('open nothing when the same messages arrive again after recovery', async () => {
    for (let n = 1; n <= 6; n += 1) await fails(n);
    const [outage] = await here.open();
    here.clock.at = began + 30 * minute;
    await here.store.transact(outage?.id ?? '', () => ({
      events: [{ type: 'closed', why: 'training was recovered' }],
      answer: null,
    }));
    for (let n = 1; n <= 6; n += 1) await fails(n);

    expect(await here.open()).toEqual([]);
  });

  it('do not include a job that fails the same way after recovery', async () => {
    for (let n = 1; n <= 6; n += 1) await fails(n);
    const [outage] = await here.open();
    here.clock.at = began + 3 * minute;
    await here.store.transact(outage?.id ?? '', () => ({
      events: [{ type: 'closed', why: 'training was recovered' }],
      answer: null,
    }));
    await fails(7, began + 40 * minute);

    expect((await here.open()).map(({ job, kind }) => [job, kind])).toEqual([
      ['srl-rlvr-gold-7', 'internal'],
    ]);
  });
});
