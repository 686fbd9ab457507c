import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../src/errors.ts';
import { approve } from '../../src/incidents/approve.ts';
import { cancel } from '../../src/incidents/turn-down.ts';
import { Again } from '../../src/playbooks/define.ts';
import { FakeTraining } from '../support/fake-training.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { copy, type LaunchingIncident, proposedLaunch } from './a-launch.ts';

describe('a change that a person cancels', () => {
  let redis: TestRedis;
  let launch: LaunchingIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    launch = await proposedLaunch(redis);
  });

  const asksToCancel = async (): Promise<void> => void (await launch.clicks(cancel));

  it('before it begins never reaches AWS, and says that nothing was launched', async () => {
    await launch.clicks(approve, 'U0LEAD');

    expect(await launch.clicks(cancel)).toEqual({ kind: 'recorded', what: 'canceled' });
    await launch.runDue();

    expect(launch.launches()).toBe(0);
    expect(launch.vaultIntents).toEqual([]);
    expect(await launch.state()).toMatchObject({
      status: 'canceled',
      by: 'U0RESP',
      sent: false,
      says: 'Nothing was launched or changed in AWS.',
    });
  });

  it('before its first call launches nothing, although it has begun', async () => {
    launch.during.beforeLaunch = asksToCancel;
    await launch.clicks(approve, 'U0LEAD');

    await launch.runDue();

    expect(launch.launches()).toBe(0);
    expect(await launch.state()).toMatchObject({ status: 'canceled', sent: false });
  });

  it('after its launch names the job, its status and what it costs, and sends nothing more', async () => {
    launch.during.afterLaunch = async () => new Again(3_000, 'waiting');
    await launch.clicks(approve, 'U0LEAD');
    await launch.runDue();

    expect(await launch.clicks(cancel)).toEqual({ kind: 'recorded', what: 'cancel-asked' });
    expect(await launch.clicks(cancel)).toEqual({ kind: 'canceling', by: 'U0RESP' });
    await launch.runDue();

    expect(launch.launches()).toBe(1);
    expect(await launch.state()).toMatchObject({
      status: 'canceled',
      sent: true,
      running: copy,
      says: expect.stringContaining(
        `${copy} is InProgress / Starting in AWS, and 1 × ml.p4d.24xlarge may be billed until it ends`,
      ),
    });
  });

  it('is not called canceled while AWS does not tell whether its job exists', async () => {
    launch.during.afterLaunch = async () => new Again(3_000, 'waiting');
    await launch.clicks(approve, 'U0LEAD');
    await launch.runDue();
    await launch.clicks(cancel);
    const { training } = launch.ports;
    training.find = async () => {
      throw new OpsError('aws-unavailable', 'no answer');
    };

    await launch.runDue();
    expect(await launch.state()).toMatchObject({ status: 'changing', canceling: 'U0RESP' });
    training.find = async (name) => FakeTraining.prototype.find.call(training, name);
    await launch.runDue();

    expect(await launch.state()).toMatchObject({ status: 'canceled', running: copy });
  });

  it('and that an earlier version of Relight began counts as sent', async () => {
    const asked = await launch.state();
    const hash = asked !== undefined && 'hash' in asked ? (asked.hash ?? '') : '';
    await launch.clicks(approve, 'U0LEAD');
    await launch.events({ type: 'step-begun', step: 'launched', attempt: 1, hash });

    expect(await launch.clicks(cancel)).toEqual({ kind: 'recorded', what: 'cancel-asked' });
    await launch.runDue();

    expect(launch.launches()).toBe(0);
    expect(await launch.state()).toMatchObject({
      status: 'canceled',
      sent: true,
      says: expect.stringContaining(`AWS shows no training job ${copy}`),
    });
  });

  it.each(Array.from({ length: 20 }, (_, n) => n))(
    'at any moment has exactly one outcome: nothing launched, or a job that is named (race %i)',
    async (n) => {
      await launch.clicks(approve, 'U0LEAD');
      const steps = Array.from({ length: n }, (_, one) => one);
      const later = async (): Promise<void> => {
        for (const _ of steps) await redis.client.ping();
        await asksToCancel();
      };

      await Promise.all([launch.runDue(), later()]);
      await launch.runDue();

      const after = await launch.state();
      if (after?.status === 'canceled') {
        expect(after.running !== undefined).toBe(after.sent);
        expect(launch.launches()).toBe(after.sent ? 1 : 0);
      } else {
        expect(after).toMatchObject({ status: 'done' });
        expect(launch.launches()).toBe(1);
      }
    },
  );
});
