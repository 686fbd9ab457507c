import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../src/incidents/approve.ts';
import type { ClickResult } from '../../src/incidents/click-result.ts';
import type { Click } from '../../src/incidents/decisions.ts';
import type { Decision } from '../../src/incidents/journal/store.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { askToStop, cancel, decline } from '../../src/incidents/turn-down.ts';
import { runStateMachine } from '../../src/playbooks/actions/run-state-machine.ts';
import { definePlaybook } from '../../src/playbooks/define.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { aMachine } from '../support/fake-state-machines.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const playbook = definePlaybook({
  title: 'Restore',
  summary: 'For tests: runs a state machine.',
  handles: ['internal'],
  steps: (first) =>
    first.action('restored', runStateMachine, ({ incident }) => ({
      stateMachine: aMachine,
      input: { job: incident.job },
    })),
  recovered: () => undefined,
});

describe('a step that runs a state machine, when a person cancels it', () => {
  let redis: TestRedis;
  let run: SteppedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    run = await stepThrough(redis, playbook);
    await run.runDue();
  });

  const state = async (): Promise<StepState | undefined> => (await run.store.load(run.id)).states['restored'];

  async function clicks(
    decide: (incident: Incident, click: Click) => Decision<ClickResult>,
    user = 'U0RESP',
  ): Promise<void> {
    await run.store.transact(run.id, (incident) => {
      const now = incident.states['restored'];
      const attempt = now !== undefined && 'attempt' in now ? now.attempt : 1;
      const hash = now !== undefined && 'hash' in now ? (now.hash ?? '') : '';
      return decide(incident, {
        target: { step: 'restored', attempt, hash },
        by: { user, via: 'button' },
        authorize: () => ({ allowed: true }),
        now: run.ports.clock.now(),
      });
    });
    await run.runDue();
  }

  it('before it begins, starts nothing', async () => {
    await run.store.transact(run.id, (incident) => {
      const now = incident.states['restored'];
      const hash = now?.status === 'proposed' ? now.hash : '';
      return approve(incident, {
        target: { step: 'restored', attempt: 1, hash },
        by: { user: 'U0LEAD', via: 'button' },
        authorize: () => ({ allowed: true }),
        now: run.ports.clock.now(),
      });
    });

    await clicks(cancel);

    expect(run.ports.stateMachines.starts).toEqual([]);
    expect(await state()).toMatchObject({ status: 'canceled', sent: false });
  });

  it('names the execution that still runs, and does not stop it before that is approved', async () => {
    await clicks(approve, 'U0LEAD');
    const [arn = ''] = run.ports.stateMachines.executions.keys();

    await clicks(cancel);
    expect(await state()).toMatchObject({
      status: 'canceled',
      sent: true,
      running: arn,
      says: expect.stringContaining(`${arn} is RUNNING in AWS`),
    });
    await clicks(askToStop);
    expect(await state()).toMatchObject({ status: 'proposed', attempt: 2 });
    expect(run.ports.stateMachines.stops).toEqual([]);

    await clicks(approve, 'U0LEAD');
    await run.runDue();

    expect(run.ports.stateMachines.stops).toMatchObject([{ executionArn: arn }]);
    const after = await state();
    expect(after).toMatchObject({ status: 'canceled', says: `${arn} has ended.` });
    expect(after).not.toHaveProperty('running');
  });

  it('keeps the execution in sight if the request to stop it is declined', async () => {
    await clicks(approve, 'U0LEAD');
    await clicks(cancel);
    await clicks(askToStop);

    await clicks((incident, click) => decline(incident, click, 'it is nearly done'));

    const [arn] = run.ports.stateMachines.executions.keys();
    expect(await state()).toMatchObject({
      status: 'canceled',
      running: arn,
      says: `The request to stop ${arn} was not carried out. It may still be running.`,
    });
  });

  it('says that the execution has ended if it did meanwhile', async () => {
    await clicks(approve, 'U0LEAD');
    run.ports.stateMachines.end({ status: 'SUCCEEDED', output: '{}', endedAt: 2_000 });

    await clicks(cancel);

    const after = await state();
    expect(after).toMatchObject({
      status: 'canceled',
      says: expect.stringMatching(/has ended \(SUCCEEDED\)\. The change was complete/),
      result: { status: 'SUCCEEDED' },
    });
    expect(after).not.toHaveProperty('running');
  });

  it('says where to look if AWS shows no execution', async () => {
    await clicks(approve, 'U0LEAD');
    run.ports.stateMachines.find = async () => undefined;

    await clicks(cancel);

    expect(await state()).toMatchObject({
      status: 'canceled',
      says: expect.stringContaining('look in the Step Functions console before you start another'),
    });
  });
});
