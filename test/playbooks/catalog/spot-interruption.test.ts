import { beforeEach, describe, expect, it } from 'vitest';
import { playbook } from '../../../src/playbooks/catalog/spot-interruption.ts';
import type { Action } from '../../../src/playbooks/define/action.ts';
import { type Results } from '../../../src/playbooks/define.ts';
import { next, type Run } from '../../../src/playbooks/runner.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { ended, folderOf, minute, putCheckpoint } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
  putCheckpoint(ports.checkpoints, 1300, 5);
  putCheckpoint(ports.checkpoints, 1200, 35);
});

type Change = Extract<Action<unknown, unknown>, { effect: 'change' }>;

async function approvedRun(action: Change, input: unknown): Promise<unknown> {
  const proposal = await action.preview(input, ports, firstTry);
  return action.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
}

/** Runs the playbook like the worker does, approving every change, until a person must act or it ends. */
async function walk(
  run: Run = {
    number: 1,
    pinned: playbook.steps.map(({ key }) => key),
    states: {},
    results: facts,
    end: 'open',
  },
): Promise<Run> {
  const todo = next(playbook, run);
  if (todo.kind === 'skip') {
    const state = { status: 'skipped', reason: todo.reason, at: 1 } as const;
    return walk({ ...run, states: { ...run.states, [todo.step.key]: state } });
  }
  if (todo.kind !== 'run' || todo.step.kind !== 'action') return run;
  const { key, action, inputFor } = todo.step;
  const input = inputFor(run.results);
  const outcome =
    action.effect === 'change' ? await approvedRun(action, input) : await action.run(input, ports);
  if (outcome instanceof Again) return run;
  const result = action.output.parse(JSON.parse(JSON.stringify(outcome)));
  const state = { status: 'done', attempt: 1, result, at: 1 } as const;
  return walk({
    ...run,
    states: { ...run.states, [key]: state },
    results: { ...run.results, [key]: result },
  });
}

const facts: Results = {
  incident: {
    id: 'i-1',
    job: failedJob,
    tier: 'gold',
    failedAt: ended,
    rtoMinutes: 60,
    rpoMinutes: 30,
    chosen: false,
  },
};
const newJob = `${failedJob}-r1-${firstTry.id}`;

describe('the playbook for spot interruptions', () => {
  it('resumes from the newest good checkpoint, confirms training, and asks for the postmortem', async () => {
    ports.checkpoints.change(`${folderOf(1300)}model.safetensors`, (bytes) => bytes.slice(0, 1000));
    const watching = await walk();
    expect(Object.keys(watching.states)).toEqual([
      'diagnosis',
      'checkpoint',
      'validation',
      'resumed',
      'restarted',
      'elsewhere',
    ]);
    expect(playbook.recovered(watching.results)).toBeUndefined();
    ports.training.put(aJob({ name: newJob, status: 'InProgress', secondaryStatus: 'Training' }));
    ports.logLines.set(newJob, ["{'loss': 0.1, 'step': 1201}"]);
    const trained = await walk(watching);
    expect(next(playbook, { ...trained, end: 'recovered' })).toMatchObject({
      kind: 'ask',
      step: { key: 'document' },
    });
    expect(playbook.recovered(trained.results)).toBe(`${newJob} is training from step 1,200`);
  });

  it('launches nothing if SageMaker restarted the job automatically', async () => {
    const transitions = [
      { status: 'Interrupted', startedAt: ended },
      { status: 'Training', startedAt: ended + 3 * minute },
    ];
    ports.training.put(aJob({ status: 'InProgress', secondaryStatus: 'Training', transitions }));
    const run = await walk();
    expect(run.states['resumed']).toMatchObject({
      status: 'skipped',
      reason: 'SageMaker restarted the job itself at 2026-11-23 03:17 UTC',
    });
    expect(playbook.recovered(run.results)).toBe(`${failedJob} is training again: SageMaker restarted it`);
    expect(ports.training.launches).toEqual([]);
  });

  it('launches nothing if a person stopped the job', async () => {
    ports.training.put(aJob({ secondaryStatus: 'Stopped' }));
    const run = await walk();
    expect(run.states['checkpoint']).toMatchObject({
      status: 'skipped',
      reason: 'a person wanted it, so Relight does not start it again',
    });
    expect(playbook.recovered(run.results)).toBeUndefined();
  });

  it('starts over if the job saves no checkpoints, and reports the loss', async () => {
    const { checkpointUri: _, ...job } = aJob();
    ports.training.put(job);
    const { CheckpointConfig: __, ...source } = ports.training.source;
    ports.training.source = source;
    const run = await walk();
    expect(run.states['checkpoint']).toMatchObject({ status: 'skipped' });
    expect(run.results['restarted']).toMatchObject({ step: 0 });
    expect(ports.training.launches).toHaveLength(1);
  });

  it('keeps the job’s checkpoint URI', async () => {
    ports.training.put(aJob({ checkpointUri: 's3://srl-rlvr-training/checkpoints/gold' }));
    const run = await walk();
    expect(run.results['resumed']).toMatchObject({ staged: null, step: 1300 });
  });
});
