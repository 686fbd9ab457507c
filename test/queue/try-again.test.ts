import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resumeTraining } from '../../src/playbooks/actions/resume-training.ts';
import { runStateMachine } from '../../src/playbooks/actions/run-state-machine.ts';
import { definePlaybook, type Playbook } from '../../src/playbooks/define.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { attemptKeyOf } from '../../src/ports/calls.ts';
import { executionArnOf, executionName } from '../../src/ports/state-machines/execution-names.ts';
import { launchName } from '../../src/training-job/copy-names.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { folderOf, putCheckpoint, root } from '../support/a-training-run.ts';
import { aJob, failedJob } from '../support/fake-ports.ts';
import { aMachine } from '../support/fake-state-machines.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const of = { step: 'changed', attempt: 1 } as const;
const by = { user: 'U0RESP', via: 'button' } as const;
const running = { status: 'InProgress', secondaryStatus: 'Training' } as const;

const handled = { title: 'Recover', summary: 'For tests.', handles: ['internal'] } as const;
const resuming: Playbook = definePlaybook({
  ...handled,
  steps: (first) =>
    first.action('changed', resumeTraining, (): Parameters<typeof resumeTraining.preview>[0] => ({
      job: failedJob,
      uri: root,
      checkpoint: { uri: folderOf(1300), step: 1300, grade: 'valid', ageMinutes: 5 },
      rpoMinutes: 30,
    })),
  recovered: () => undefined,
});
const executing: Playbook = definePlaybook({
  ...handled,
  steps: (first) =>
    first.action('changed', runStateMachine, () => ({ stateMachine: aMachine, input: { job: failedJob } })),
  recovered: () => undefined,
});

/** A step that failed although AWS has what it launched, as after a failure of an earlier version of Relight. */
describe('Try again on a step whose own earlier attempt runs in AWS', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  async function failedAfterSending(playbook: Playbook): Promise<void> {
    stepped = await stepThrough(redis, playbook);
    stepped.ports.training.put(aJob());
    putCheckpoint(stepped.ports.checkpoints, 1300, 5);
    await stepped.runDue();
    const state = await stateNow();
    const hash = state !== undefined && 'hash' in state ? (state.hash ?? '') : '';
    await stepped.events(
      { type: 'step-approved', ...of, hash, by: { ...by, user: 'U0LEAD' } },
      { type: 'step-begun', ...of, hash, marksSent: true },
      { type: 'step-sent', ...of },
      { type: 'step-failed', ...of, code: 'aws-denied', says: 'AWS denies Relight this call', next: '' },
    );
  }
  const stateNow = async (): Promise<StepState | undefined> =>
    (await stepped.store.load(stepped.id)).states['changed'];
  const tryAgain = async (): Promise<void> => {
    await stepped.events({ type: 'step-retried', step: 'changed', attempt: 2, by });
    await stepped.runDue();
  };

  describe('and is a training job', () => {
    let name: string;

    beforeEach(async () => {
      await failedAfterSending(resuming);
      const key = attemptKeyOf({ incident: stepped.id, ...of });
      name = launchName(failedJob, key);
      stepped.ports.training.put(aJob({ name, ...running }));
      stepped.ports.training.tagged.set(name, new Map([['relight:intent', key.id]]));
    });

    it('follows that job instead of refusing a second one', async () => {
      await tryAgain();

      expect(await stateNow()).toMatchObject({
        status: 'done',
        attempt: 2,
        result: { job: name, step: 1300 },
      });
      expect(stepped.ports.training.launches).toEqual([]);
    });

    it('waits until that job has ended if it is being stopped, and then proposes a new one', async () => {
      stepped.ports.training.put(aJob({ name, status: 'Stopping', secondaryStatus: 'Stopping' }));

      await tryAgain();
      expect(await stateNow()).toMatchObject({
        status: 'working',
        note: `${name}, which an earlier attempt launched, is stopping`,
      });
      stepped.ports.training.put(aJob({ name }));
      await stepped.runDue();

      expect(await stateNow()).toMatchObject({ status: 'proposed', attempt: 2 });
    });

    it('refuses beside a job of somebody else under that name', async () => {
      stepped.ports.training.tagged.set(name, new Map([['relight:intent', 'of-somebody-else']]));

      await tryAgain();

      expect(await stateNow()).toMatchObject({ status: 'failed', code: 'job-still-running' });
    });
  });

  it('follows an execution of the state machine until it has ended, and only then proposes another', async () => {
    await failedAfterSending(executing);
    const arn = executionArnOf(aMachine, executionName(attemptKeyOf({ incident: stepped.id, ...of })));
    const { executions } = stepped.ports.stateMachines;
    executions.set(arn, { arn, status: 'RUNNING', startedAt: 1_000 });

    await tryAgain();
    expect(await stateNow()).toMatchObject({
      status: 'working',
      note: `${arn} is running. An earlier attempt started it`,
    });
    executions.set(arn, { arn, status: 'FAILED', startedAt: 1_000, endedAt: 2_000 });
    await stepped.runDue();

    expect(await stateNow()).toMatchObject({ status: 'proposed', attempt: 2 });
  });
});
