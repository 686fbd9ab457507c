import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import {
  type AnAlarmHandler,
  aJobEvent,
  anAlarm,
  began,
  createAnAlarmHandler,
  minute,
} from './an-alarm-handler.ts';

describe('the alarm handler', () => {
  let redis: TestRedis;
  let here: AnAlarmHandler;
  const job = 'srl-rlvr-gold-1';
  let number = 0;
  const take = async (body: string, path: 'sqs' | 'sns' | 'poller' = 'sqs') => {
    number += 1;
    return here.handleAlarm({ id: `m-${number}`, body, path });
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    here = createAnAlarmHandler(redis.client);
  });

  it('opens one incident for a failure that arrives on three paths at once and again later', async () => {
    const bodies = [aJobEvent('Failed', 'Failed', began), anAlarm('ALARM', began + 300)];
    await Promise.all(bodies.flatMap((body) => [take(body, 'sqs'), take(body, 'sns'), take(body, 'poller')]));
    await take(bodies[0] ?? '', 'poller');

    const [incident, another] = await here.all();
    expect(another).toBeUndefined();
    expect(incident?.alarms.map(({ source }) => source).toSorted()).toEqual([
      'cloudwatch-alarm',
      'sagemaker-event',
    ]);
  });

  it('treats timestamps with different fractions of a second as the same change', async () => {
    await take(aJobEvent('Failed', 'Failed', began + 127));
    await take(aJobEvent('Failed', 'Failed', began), 'poller');

    expect((await here.all()).map(({ alarms }) => alarms.length)).toEqual([1]);
  });

  it('ignores an alarm that arrives after a later state change', async () => {
    await take(anAlarm('OK', began + 2 * minute));

    expect(await take(anAlarm('ALARM', began))).toBe('late');
    expect(await here.all()).toEqual([]);
  });

  it('starts the clock at the first change, whatever order the messages arrive in', async () => {
    const news = [
      anAlarm('ALARM', began + 2_000),
      anAlarm('ALARM', began + 5_000, { name: 'TrainingJobMemoryUsage-1' }),
      aJobEvent('Failed', 'Failed', began + 4_000),
    ];
    const arrival = fc.tuple(fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(arrival, async ([order, together]) => {
        await redis.client.flushall();
        here = createAnAlarmHandler(redis.client);
        here.clock.at = began + minute;
        const tell = async (n: number) => take(news[n] ?? '');
        if (together) await Promise.all(order.map(tell));
        else for (const n of order) await tell(n);

        const [incident, another] = await here.all();
        expect(another).toBeUndefined();
        expect(incident).toMatchObject({ failedAt: began + 2_000, alarms: [{}, {}, {}] });
      }),
      { numRuns: 40 },
    );
  });

  it('keeps a failed job failed when older messages arrive later', async () => {
    await take(aJobEvent('InProgress', 'Interrupted', began + minute));

    expect(await take(aJobEvent('Failed', 'Failed', began))).toBe('joined');
    expect(await take(aJobEvent('InProgress', 'Interrupted', began + 2 * minute))).toBe('late');
  });

  it('wakes the waiting incident when an interrupted job trains again', async () => {
    await take(aJobEvent('InProgress', 'Interrupted', began));
    const [incident] = await here.open();
    expect(here.followed).toEqual([incident?.id]);
    await take(aJobEvent('InProgress', 'Training', began + minute));

    expect(here.followed).toEqual([incident?.id, incident?.id]);
  });

  it('adds a composite alarm to the incident of the alarm that triggered it', async () => {
    await take(anAlarm('ALARM', began));
    const composite = JSON.stringify({
      AlarmName: 'TrainingJobInterrupted-any',
      NewStateValue: 'ALARM',
      StateChangeTime: new Date(began + 100).toISOString(),
      TriggeringChildren: [
        { Arn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:TrainingJobInterrupted-${job}` },
      ],
    });

    expect(await take(composite)).toBe('joined');
    expect((await here.all()).map(({ alarms }) => alarms.length)).toEqual([2]);
  });

  it('keeps an unusable message in full, with the reason and the path', async () => {
    expect(await take('{"half": ', 'sns')).toBe('kept');
    here.clock.at += minute;
    expect(await take(aJobEvent('Failed', 'Failed', began, 'experiment-7'))).toBe('kept');

    expect(await here.deadLetters.all()).toMatchObject([
      { body: '{"half": ', path: 'sns', reason: 'the message is not JSON', at: began },
      { reason: expect.stringContaining('under `tiers` in relight.yaml'), path: 'sqs' },
    ]);
  });

  it('handles every alarm of a message, and keeps the message if one of them is unusable', async () => {
    const failed = (job: string) => JSON.parse(aJobEvent('Failed', 'Failed', began, job));

    expect(await take(JSON.stringify([failed('srl-rlvr-gold-1'), failed('srl-rlvr-gold-2')]))).toBe('opened');
    expect(await take(JSON.stringify([failed('srl-rlvr-gold-3'), {}]))).toBe('kept');
    expect((await here.all()).map(({ job }) => job).toSorted()).toEqual([
      'srl-rlvr-gold-1',
      'srl-rlvr-gold-2',
      'srl-rlvr-gold-3',
    ]);
    expect(await here.deadLetters.all()).toMatchObject([{ reason: expect.stringContaining('it is empty') }]);
  });

  it('opens a muted alarm that the poller still finds in ALARM after the mute rule ended', async () => {
    const end = began + 10 * minute;
    const body = (mute: object) => {
      const name = 'TrainingJobInterrupted-gold';
      const metrics = [{ metricStat: { metric: { dimensions: { Host: `${job}/algo-1` } } } }];
      const state = { value: 'ALARM', timestamp: began };
      const detail = { alarmName: name, state, configuration: { metrics }, ...mute };
      return JSON.stringify({ 'detail-type': 'CloudWatch Alarm State Change', detail });
    };
    const muted = body({
      muteDetail: {
        mutedByArn: 'arn:aws:cloudwatch:us-east-1:1:alarm-mute-rule:upgrade',
        muteWindowEnd: end,
      },
    });

    expect(await take(muted)).toBe('quiet');
    expect(await take(body({}), 'poller')).toBe('quiet');
    expect(await here.all()).toEqual([]);
    const name = 'TrainingJobInterrupted-gold';
    expect(await here.mutedAlarms.all()).toMatchObject([{ name, why: 'is muted by upgrade', until: end }]);

    here.clock.at = end + minute;
    expect(await here.mutedAlarms.all()).toEqual([]);
    expect(await take(body({}), 'poller')).toBe('opened');
  });

  it('lists a suppressed alarm until it changes', async () => {
    const body = (value: string, at: number, suppressed: object) => {
      const state = { value, timestamp: at, ...suppressed };
      return JSON.stringify({
        'detail-type': 'CloudWatch Alarm State Change',
        detail: { alarmName: 'TrainingJobInterrupted-any', state, configuration: { metrics: [] } },
      });
    };
    const suppressed = { actionsSuppressedBy: 'Alarm' };

    expect(await take(body('ALARM', began, suppressed))).toBe('quiet');
    expect(await here.all()).toEqual([]);
    expect(await here.mutedAlarms.all()).toEqual([
      {
        name: 'TrainingJobInterrupted-any',
        why: 'is suppressed (actionsSuppressedBy: Alarm)',
        since: began,
      },
    ]);

    await take(body('OK', began + minute, {}));
    expect(await here.mutedAlarms.all()).toEqual([]);
  });
});
