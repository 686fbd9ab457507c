import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../src/errors.ts';
import type { ClickResult } from '../../src/incidents/click-result.ts';
import { approve, type Click } from '../../src/incidents/decisions.ts';
import { joinLauncher } from '../../src/incidents/intake/known-incident.ts';
import type { Decision } from '../../src/incidents/journal/store.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { askToStop, cancel, decline, keep } from '../../src/incidents/turn-down.ts';
import { Again, defineAction, definePlaybook, z } from '../../src/playbooks/define.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { FakeTraining } from '../support/fake-training.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

/** Runs while the change is carried out: before its launch, and on each look after it. */
interface During {
  beforeLaunch?: () => Promise<void>;
  afterLaunch?: () => Promise<Again | undefined>;
}

const copy = 'copy-of-the-job';

function launching(during: During) {
  const launch = defineAction({
    name: 'launch-a-copy',
    effect: 'change',
    title: 'Launch a copy',
    does: 'Launches a copy of the job.',
    approver: 'responder',
    button: 'Launch',
    input: z.object({}),
    output: z.object({ job: z.string() }),
    report: ({ job }) => ({ headline: `Launched ${job}` }),
    preview: async () => ({
      headline: `Launch ${copy}`,
      request: { TrainingJobName: copy },
      differences: [],
      warnings: [],
    }),
    run: async ({ request }, _, { training }, token) => {
      await during.beforeLaunch?.();
      const { name } = await training.launch({ ...request, TrainingJobName: copy }, token);
      return (await during.afterLaunch?.()) ?? { job: name };
    },
  });
  return definePlaybook({
    title: 'Launch',
    summary: 'For tests: launches a copy.',
    handles: ['internal'],
    steps: (first) => first.action('launched', launch, () => ({})),
    recovered: () => undefined,
  });
}

describe('a change that a person cancels', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;
  let during: During;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    during = {};
    stepped = await stepThrough(redis, launching(during));
    await stepped.runDue();
  });

  const state = async () => (await stepped.store.load(stepped.id)).states['launched'];
  const launches = (): number => stepped.ports.training.launches.length;

  async function clicks(
    decide: (incident: Incident, click: Click) => Decision<ClickResult>,
    user = 'U0RESP',
  ): Promise<ClickResult> {
    const { answer } = await stepped.store.transact(stepped.id, (incident) => {
      const now = incident.states['launched'];
      const attempt = now !== undefined && 'attempt' in now ? now.attempt : 1;
      const hash = now !== undefined && 'hash' in now ? (now.hash ?? '') : '';
      return decide(incident, {
        target: { step: 'launched', attempt, hash },
        by: { user, via: 'button' },
        authorize: () => ({ allowed: true }),
        now: stepped.ports.clock.now(),
      });
    });
    return answer;
  }

  const asksToCancel = async (): Promise<void> => void (await clicks(cancel));

  it('before it begins never reaches AWS, and says that nothing was launched', async () => {
    await clicks(approve, 'U0LEAD');

    expect(await clicks(cancel)).toEqual({ kind: 'recorded', what: 'canceled' });
    await stepped.runDue();

    expect(launches()).toBe(0);
    expect(stepped.vaultIntents).toEqual([]);
    expect(await state()).toMatchObject({
      status: 'canceled',
      by: 'U0RESP',
      sent: false,
      says: 'Nothing was launched or changed in AWS.',
    });
  });

  it('before its first call launches nothing, although it has begun', async () => {
    during.beforeLaunch = asksToCancel;
    await clicks(approve, 'U0LEAD');

    await stepped.runDue();

    expect(launches()).toBe(0);
    expect(await state()).toMatchObject({ status: 'canceled', sent: false });
  });

  it('after its launch names the job, its status and what it costs, and sends nothing more', async () => {
    during.afterLaunch = async () => new Again(3_000, 'waiting');
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();

    expect(await clicks(cancel)).toEqual({ kind: 'recorded', what: 'cancel-asked' });
    expect(await clicks(cancel)).toEqual({ kind: 'canceling', by: 'U0RESP' });
    await stepped.runDue();

    expect(launches()).toBe(1);
    expect(await state()).toMatchObject({
      status: 'canceled',
      sent: true,
      running: copy,
      says: expect.stringContaining(
        `${copy} is InProgress / Starting in AWS, and 1 × ml.p4d.24xlarge may be billed until it ends`,
      ),
    });
  });

  it('and whose job runs can be stopped, which takes an approval of its own', async () => {
    during.afterLaunch = async () => new Again(3_000, 'waiting');
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();
    await clicks(cancel);
    await stepped.runDue();

    expect(await clicks(askToStop)).toEqual({ kind: 'recorded', what: 'stop-asked' });
    await stepped.runDue();
    const asked = await state();
    expect(asked).toMatchObject({ status: 'proposed', attempt: 2, approvals: [] });
    expect(stepped.ports.training.stops).toEqual([]);
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();
    const job = stepped.ports.training.jobs.get(copy);
    if (job !== undefined)
      stepped.ports.training.put({ ...job, status: 'Stopped', secondaryStatus: 'Stopped' });
    await stepped.runDue();

    expect(stepped.ports.training.stops).toEqual([copy]);
    expect(launches()).toBe(1);
    const after = await state();
    expect(after).toMatchObject({
      status: 'canceled',
      says: `${copy} has ended and is not billed any longer.`,
    });
    expect(after).not.toHaveProperty('running');
  });

  it('whose job was stopped does not start a playbook when AWS reports that the job has stopped', async () => {
    during.afterLaunch = async () => new Again(3_000, 'waiting');
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();
    await clicks(cancel);
    await stepped.runDue();

    await joinLauncher(stepped.store, stepped.id, {
      job: copy,
      kind: 'user_stopped',
      alarm: { source: 'sagemaker-event', name: 'Stopped', reason: '', at: stepped.ports.clock.now() },
      plan: { id: 'investigate', steps: ['diagnosis'] },
    });

    expect((await stepped.store.load(stepped.id)).earlier).toEqual([]);
  });

  it('keeps its job in sight if the request to stop it is declined', async () => {
    during.afterLaunch = async () => new Again(3_000, 'waiting');
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();
    await clicks(cancel);
    await stepped.runDue();
    await clicks(askToStop);
    await stepped.runDue();

    await clicks((incident, click) => decline(incident, click, 'it trains well'));

    expect(await state()).toMatchObject({ status: 'canceled', running: copy });
  });

  it('that was complete by then can be kept, and the playbook continues with its result', async () => {
    during.afterLaunch = async () => {
      await asksToCancel();
      return undefined;
    };
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();
    expect(await state()).toMatchObject({ status: 'canceled', running: copy, result: { job: copy } });

    expect(await clicks(keep)).toEqual({ kind: 'recorded', what: 'kept' });

    expect(await state()).toMatchObject({ status: 'done', result: { job: copy }, by: 'U0RESP' });
    expect(launches()).toBe(1);
  });

  it('is not called canceled while AWS does not tell whether its job exists', async () => {
    during.afterLaunch = async () => new Again(3_000, 'waiting');
    await clicks(approve, 'U0LEAD');
    await stepped.runDue();
    await clicks(cancel);
    const { training } = stepped.ports;
    training.find = async () => {
      throw new OpsError('aws-unavailable', 'no answer');
    };

    await stepped.runDue();
    expect(await state()).toMatchObject({ status: 'changing', canceling: 'U0RESP' });
    training.find = async (name) => FakeTraining.prototype.find.call(training, name);
    await stepped.runDue();

    expect(await state()).toMatchObject({ status: 'canceled', running: copy });
  });

  it('and that an earlier version of Relight began counts as sent', async () => {
    const asked = await state();
    const hash = asked !== undefined && 'hash' in asked ? (asked.hash ?? '') : '';
    await clicks(approve, 'U0LEAD');
    await stepped.events({ type: 'step-begun', step: 'launched', attempt: 1, hash });

    expect(await clicks(cancel)).toEqual({ kind: 'recorded', what: 'cancel-asked' });
    await stepped.runDue();

    expect(launches()).toBe(0);
    expect(await state()).toMatchObject({
      status: 'canceled',
      sent: true,
      says: expect.stringContaining(`AWS shows no training job ${copy}`),
    });
  });

  it.each(Array.from({ length: 20 }, (_, n) => n))(
    'at any moment has exactly one outcome: nothing launched, or a job that is named (race %i)',
    async (n) => {
      await clicks(approve, 'U0LEAD');
      const steps = Array.from({ length: n }, (_, one) => one);
      const later = async (): Promise<void> => {
        for (const _ of steps) await redis.client.ping();
        await asksToCancel();
      };

      await Promise.all([stepped.runDue(), later()]);
      await stepped.runDue();

      const after = await state();
      if (after?.status === 'canceled') {
        expect(after.running !== undefined).toBe(after.sent);
        expect(launches()).toBe(after.sent ? 1 : 0);
      } else {
        expect(after).toMatchObject({ status: 'done' });
        expect(launches()).toBe(1);
      }
    },
  );
});
