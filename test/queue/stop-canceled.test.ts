import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../src/incidents/approve.ts';
import { joinLauncher } from '../../src/incidents/intake/known-incident.ts';
import { askToStop, cancel, decline, keep } from '../../src/incidents/turn-down.ts';
import { Again } from '../../src/playbooks/define.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { copy, type LaunchingIncident, proposedLaunch } from './a-launch.ts';

describe('a job that a canceled change launched', () => {
  let redis: TestRedis;
  let launch: LaunchingIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    launch = await proposedLaunch(redis);
  });

  /** The change is canceled on a look after its launch. */
  async function canceled(): Promise<void> {
    launch.during.afterLaunch = async () => new Again(3_000, 'waiting');
    await launch.clicks(approve, 'U0LEAD');
    await launch.runDue();
    await launch.clicks(cancel);
    await launch.runDue();
  }

  async function stopped(): Promise<void> {
    await launch.clicks(askToStop);
    await launch.runDue();
    await launch.clicks(approve, 'U0LEAD');
    await launch.runDue();
    const { training } = launch.ports;
    training.put({ ...(await training.describe(copy)), status: 'Stopped', secondaryStatus: 'Stopped' });
    await launch.runDue();
  }

  it('is not stopped before that is approved', async () => {
    await canceled();

    expect(await launch.clicks(askToStop)).toEqual({ kind: 'recorded', what: 'stop-asked' });
    await launch.runDue();

    expect(await launch.state()).toMatchObject({ status: 'proposed', attempt: 2, approvals: [] });
    expect(launch.ports.training.stops).toEqual([]);
  });

  it('is stopped once, and the step says when it is not billed any longer', async () => {
    await canceled();

    await stopped();

    expect(launch.ports.training.stops).toEqual([copy]);
    expect(launch.launches()).toBe(1);
    const after = await launch.state();
    expect(after).toMatchObject({
      status: 'canceled',
      says: `${copy} has ended and is not billed any longer.`,
    });
    expect(after).not.toHaveProperty('running');
  });

  it.each([
    ['while people decide about it', async () => undefined],
    ['after people had it stopped', stopped],
  ])('starts no playbook when AWS reports its end %s', async (_, before) => {
    await canceled();
    await before();

    await joinLauncher(launch.store, launch.id, {
      job: copy,
      kind: 'user_stopped',
      alarm: { source: 'sagemaker-event', name: 'Stopped', reason: '', at: launch.ports.clock.now() },
      plan: { id: 'investigate', steps: ['diagnosis'] },
    });

    expect((await launch.store.load(launch.id)).earlier).toEqual([]);
  });

  it('stays in sight if the request to stop it is declined', async () => {
    await canceled();
    await launch.clicks(askToStop);
    await launch.runDue();

    await launch.clicks((incident, click) => decline(incident, click, 'it trains well'));

    expect(await launch.state()).toMatchObject({ status: 'canceled', running: copy });
  });

  it('can be kept if the change was complete by then, and the playbook continues with it', async () => {
    launch.during.afterLaunch = async () => {
      await launch.clicks(cancel);
      return undefined;
    };
    await launch.clicks(approve, 'U0LEAD');
    await launch.runDue();
    expect(await launch.state()).toMatchObject({ status: 'canceled', running: copy, result: { job: copy } });

    expect(await launch.clicks(keep)).toEqual({ kind: 'recorded', what: 'kept' });

    expect(await launch.state()).toMatchObject({ status: 'done', result: { job: copy }, by: 'U0RESP' });
    expect(launch.launches()).toBe(1);
  });
});
