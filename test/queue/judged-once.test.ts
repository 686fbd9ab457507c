import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { autopilot } from '../../src/playbooks/approved.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { aJob } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { copy, image, playbook, waiting } from './stop-then-launch.ts';

const minute = 60_000;
const hour = 60 * minute;
const by = { user: 'U0LEAD', via: 'button' } as const;

describe('a change of two calls, such as stop and then launch', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;
  /** Why the approver may not approve any longer. */
  let refused: string | undefined;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    refused = undefined;
    image.changed = false;
    stepped = await stepThrough(redis, playbook, {
      reauthorize: async () => refused,
      whyNotAutopilot: () => refused,
    });
    stepped.ports.training.put(aJob({ name: waiting, status: 'InProgress', secondaryStatus: 'Starting' }));
    await stepped.runDue();
  });

  const moved = async (): Promise<StepState | undefined> =>
    (await stepped.store.load(stepped.id)).states['moved'];
  const calls = (): readonly string[] => [
    ...stepped.ports.training.stops.map((name) => `stop ${name}`),
    ...stepped.ports.training.launches.map(({ TrainingJobName: name }) => `launch ${name}`),
  ];
  const later = (ms: number): void => void (stepped.ports.time.now += ms);

  async function approve(): Promise<void> {
    const state = await moved();
    const hash = state?.status === 'proposed' ? state.hash : '';
    await stepped.events({ type: 'step-approved', step: 'moved', attempt: 1, hash, by });
  }

  async function stopped(): Promise<void> {
    await stepped.runDue();
    expect(calls()).toEqual([`stop ${waiting}`]);
    stepped.ports.training.put(aJob({ name: waiting }));
  }

  it.each([
    ['2 hours pass', 2 * hour],
    ['the clock goes back by an hour', -hour],
    ['the next worker is 10 minutes ahead', 10 * minute],
    ['the next worker is 10 minutes behind', -10 * minute],
  ])('launches after the stop, on the approval that it began with, although %s', async (_, ms) => {
    await approve();
    later(14 * minute);
    await stopped();
    later(ms);
    await stepped.sweep();
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`, `launch ${copy}`]);
    expect(await moved()).toMatchObject({ status: 'done', approvals: [{ by: 'U0LEAD' }] });
  });

  it('launches after the stop although the break-glass that it began with has ended', async () => {
    const until = stepped.ports.clock.now() + 30 * minute;
    const call = { users: [], groups: [] };
    await stepped.events({ type: 'glass-broken', why: 'nobody answers', until, by, call });
    const glassAt = (await stepped.store.load(stepped.id)).glass?.at ?? 0;
    const state = await moved();
    const hash = state?.status === 'proposed' ? state.hash : '';
    await stepped.events({ type: 'step-approved', step: 'moved', attempt: 1, hash, by, glassAt });
    await stopped();
    later(hour);
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`, `launch ${copy}`]);
  });

  it('finishes if the approver loses the role after the stop: half of it is worse than all of it', async () => {
    await approve();
    await stopped();
    refused = 'U0LEAD is no longer allowed to approve this: the role was removed';
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`, `launch ${copy}`]);
  });

  it('finishes if Autopilot, which approved it, is switched off after the stop', async () => {
    const state = await moved();
    const hash = state?.status === 'proposed' ? state.hash : '';
    await stepped.events({ type: 'autopilot-approved', step: 'moved', attempt: 1, hash, mode: 'auto' });
    expect(await moved()).toMatchObject({ approvals: [{ by: autopilot }] });
    await stopped();
    refused = 'relight.yaml no longer lets Autopilot approve this';
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`, `launch ${copy}`]);
  });

  it('stops nothing if the approver loses the role after it began and before its first call', async () => {
    const { training } = stepped.ports;
    const describeJob = training.describe.bind(training);
    training.describe = async (name) => {
      refused = 'U0LEAD is no longer allowed to approve this: the role was removed';
      return describeJob(name);
    };
    await approve();
    await stepped.runDue();

    expect(calls()).toEqual([]);
    expect(await moved()).toMatchObject({ status: 'failed', code: 'approval-lapsed' });
  });

  it('launches nothing after the stop once a person cancels it', async () => {
    await approve();
    await stopped();
    await stepped.events({ type: 'step-cancel-asked', step: 'moved', attempt: 1, by });
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`]);
    expect(await moved()).toMatchObject({ status: 'canceled', sent: true });
  });

  it('says that AWS may have a part of it if what it relies on changes after the stop', async () => {
    await approve();
    await stopped();
    image.changed = true;
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`]);
    expect(await moved()).toMatchObject({
      status: 'proposed',
      attempt: 2,
      approvals: [],
      renewed:
        'the image changed. AWS may already have a part of the previous request (StopTrainingJob, CreateTrainingJob): read the new one with that in mind',
    });
  });

  it('does not begin on an approval that was 15 minutes old when it came to its turn', async () => {
    await approve();
    later(15 * minute + 1);
    await stepped.runDue();

    expect(calls()).toEqual([]);
    expect(await moved()).toMatchObject({ status: 'proposed', lapsedOf: ['U0LEAD'] });
  });

  it.each([
    ['is 10 minutes ahead', -10 * minute],
    ['is 10 minutes behind', 10 * minute],
    ['was set back by an hour in between', -hour],
  ])('begins on a fresh approval if the clock of the bot %s', async (_, ms) => {
    await approve();
    later(ms);
    await stepped.runDue();

    expect(calls()).toEqual([`stop ${waiting}`]);
  });

  it('asks again for an approval that a clock has dated more than an hour ahead, so that none lives for years', async () => {
    await approve();
    later(-hour - 1);
    await stepped.sweep();

    expect(await moved()).toMatchObject({
      lapsed: 'the clock of Redis was set back by more than an hour after it was given',
    });
  });
});
