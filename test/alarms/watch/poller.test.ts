import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInRules } from '../../../src/alarms/rules.ts';
import { createPoller } from '../../../src/alarms/watch/poller.ts';
import { createPollCursor } from '../../../src/redis/poll-cursor.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { type AnAlarmHandler, aJobEvent, began, createAnAlarmHandler, minute } from '../an-alarm-handler.ts';
import { SimulatedAws } from '../simulated-aws.ts';

describe('the poller, with every message lost,', () => {
  let redis: TestRedis;
  let here: AnAlarmHandler;
  let aws: SimulatedAws;
  let poll: () => Promise<void>;
  let missed: string[];

  const pollUntil = async (end: number) => {
    for (; here.clock.at <= end; here.clock.at += minute) await poll().catch(() => undefined);
  };
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  /** As in a process that has just started: one that runs would write again what Redis has lost. */
  async function startEmpty(): Promise<void> {
    await redis.client.flushall();
    // Each job gets its own incident here, however many fail at once.
    here = createAnAlarmHandler(redis.client, { outages: { jobs: 100, minutes: 1 } });
    aws = new SimulatedAws(here.clock);
    missed = [];
    poll = createPoller({
      aws,
      cursor: createPollCursor(redis.client),
      handleAlarm: here.handleAlarm,
      rules: builtInRules,
      isOurs: (job) => job.startsWith('srl-rlvr'),
      raisedInIncidents: async () =>
        (await here.open()).flatMap(({ alarmStates }) =>
          [...alarmStates].filter(([, { state }]) => state === 'ALARM').map(([name]) => name),
        ),
      alive: async () => undefined,
      reportMissed: async ({ job }) => void missed.push(job),
      now: () => here.clock.at,
      log: pino({ level: 'silent' }),
    });
  }
  beforeEach(startEmpty);

  it('opens an incident for each failed job once, within two minutes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 20 * minute }), { minLength: 1, maxLength: 6 }),
        async (failures) => {
          await startEmpty();
          here.clock.at = began;
          aws.jobs = failures.map((at, n) => ({ job: `srl-rlvr-gold-${n}`, at: began + at }));
          await pollUntil(began + 23 * minute);
          const incidents = await here.all();
          expect(incidents.map(({ job }) => job).toSorted()).toEqual(
            aws.jobs.map(({ job }) => job).toSorted(),
          );
          for (const { openedAt, failedAt } of incidents)
            expect(openedAt - failedAt).toBeLessThanOrEqual(120_000);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('finds failures from while Relight was down, but none from long before its first start', async () => {
    aws.jobs = [
      { job: 'srl-rlvr-gold-old', at: began - 70 * minute },
      { job: 'srl-rlvr-gold-now', at: began - 50 * minute },
    ];
    await poll();
    here.clock.at = began + 300 * minute;
    aws.jobs = [...aws.jobs, { job: 'srl-rlvr-gold-night', at: began + 20 * minute }];
    await poll();

    expect((await here.all()).map(({ job }) => job).toSorted()).toEqual([
      'srl-rlvr-gold-night',
      'srl-rlvr-gold-now',
    ]);
  });

  it('catches up on what it could not read while AWS was throttling', async () => {
    await poll();
    aws.down = true;
    aws.jobs = [{ job: 'srl-rlvr-gold-1', at: began + minute }];
    await pollUntil(began + 30 * minute);
    aws.down = false;
    await poll();

    expect(await here.all()).toHaveLength(1);
  });

  it('opens an incident for an interrupted job, but not for one that was stopped by a person, completed, or is not covered by a tier', async () => {
    aws.jobs = [
      { job: 'srl-rlvr-gold-spot', at: began, status: 'InProgress', secondary: 'Interrupted' },
      { job: 'srl-rlvr-gold-stopped', at: began, status: 'Stopped' },
      { job: 'srl-rlvr-gold-done', at: began, status: 'Completed' },
      { job: 'experiment-7', at: began },
    ];
    await poll();

    expect((await here.all()).map(({ job }) => job)).toEqual(['srl-rlvr-gold-spot']);
    expect(await here.deadLetters.count()).toBe(0);
  });

  it('announces missed events, but not failures whose message may still arrive', async () => {
    await poll();
    here.clock.at = began + 5 * minute;
    aws.jobs = [
      { job: 'srl-rlvr-gold-lost', at: here.clock.at - 50_000 },
      { job: 'srl-rlvr-gold-fresh', at: here.clock.at - 5_000 },
      { job: 'srl-rlvr-gold-told', at: here.clock.at - 50_000 },
    ];
    const told = aJobEvent('Failed', 'Failed', here.clock.at - 50_000, 'srl-rlvr-gold-told');
    await here.handleAlarm({ id: 'm-1', body: told, path: 'sqs' });
    await poll();

    expect(await here.all()).toHaveLength(3);
    expect(missed).toEqual(['srl-rlvr-gold-lost']);
  });

  it('uses SageMaker’s failure reason, not the alarm, for a job that fails during a poll', async () => {
    aws.answersInMs = 1_000;
    aws.jobs = [{ job: 'srl-rlvr-gold-1', at: began + 500 }];
    aws.alarms = [{ name: 'TrainingJobInterrupted-srl-rlvr-gold-1', state: 'ALARM', at: began + 500 }];
    await pollUntil(began + 2 * minute);

    const [incident, ...more] = await here.all();
    expect(more).toEqual([]);
    expect(incident?.alarms.map(({ source }) => source)).toEqual(['sagemaker-event', 'cloudwatch-alarm']);
  });

  it('still handles jobs when CloudWatch denies access to alarms', async () => {
    aws.alarmsDenied = true;
    aws.jobs = [{ job: 'srl-rlvr-gold-1', at: began }];

    await expect(poll()).rejects.toMatchObject({ code: 'aws-denied' });
    expect(await here.all()).toHaveLength(1);
  });

  it('describes a job once, no matter how many times it is listed', async () => {
    aws.jobs = [{ job: 'srl-rlvr-gold-1', at: began }];
    await pollUntil(began + 10 * minute);

    expect(aws.described).toBe(1);
  });

  it('handles alarms that are raised and those that are OK again, but none that match no rule', async () => {
    const name = 'TrainingJobInterrupted-gold';
    aws.alarms = [
      { name, state: 'ALARM', at: began },
      { name: 'CpuHigh-website', state: 'ALARM', at: began },
    ];
    await poll();
    expect(await here.open()).toHaveLength(1);

    aws.alarms = [{ name, state: 'OK', at: began + 3 * minute }];
    await pollUntil(began + 4 * minute);
    const [incident] = await here.open();
    expect(incident?.alarmStates.get(name)).toEqual({
      state: 'OK',
      at: began + 3 * minute,
      flapping: false,
    });
    expect(await here.deadLetters.count()).toBe(0);
  });
});
