import { beforeEach, describe, expect, it } from 'vitest';
import { playbook } from '../../../src/playbooks/catalog/checkpoints-stopped.ts';
import type { Answers, Results } from '../../../src/playbooks/define.ts';
import { next, type Run } from '../../../src/playbooks/runner.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, folderOf, minute, putCheckpoint } from '../../support/a-training-run.ts';
import { type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;

/** 15 minutes after `ended`: the current time of these tests. */
const now = ended + 15 * minute;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(trainingSince(290));
  putCheckpoint(ports.checkpoints, 1300, 25);
  putCheckpoint(ports.checkpoints, 1250, 50);
});

const facts: Results = {
  incident: {
    id: 'i-1',
    job: failedJob,
    tier: 'gold',
    failedAt: ended + 5 * minute,
    rtoMinutes: 60,
    rpoMinutes: 30,
    chosen: false,
  },
};
const fresh: Run = {
  number: 1,
  pinned: playbook.steps.map(({ key }) => key),
  states: {},
  results: facts,
  end: 'open',
};

/** Runs the playbook like the worker does until a person must act, a step waits, it hands over, or it ends. */
async function walk(run: Run = fresh): Promise<Run> {
  const todo = next(playbook, run);
  if (playbook.handOver?.(run.results) !== undefined) return run;
  if (todo.kind === 'skip') {
    const state = { status: 'skipped', reason: todo.reason, at: 1 } as const;
    return walk({ ...run, states: { ...run.states, [todo.step.key]: state } });
  }
  if (todo.kind !== 'run' || todo.step.kind !== 'action' || todo.step.action.effect !== 'read') return run;
  const { key, action, inputFor } = todo.step;
  const outcome = await action.run(inputFor(run.results), ports);
  if (outcome instanceof Again) return run;
  return walk(done(run, key, action.output.parse(JSON.parse(JSON.stringify(outcome)))));
}

function done(run: Run, key: string, result: unknown): Run {
  const state = { status: 'done', attempt: 1, result, at: 1 } as const;
  const results = { ...run.results, [key]: result };
  return { ...run, states: { ...run.states, [key]: state }, results };
}

async function decide(answers: Answers): Promise<Run> {
  return walk(done(await walk(), 'decision', answers));
}

const watchOn = { choice: 'leave it and watch on' };

describe('the playbook for missing checkpoints', () => {
  it('shows checkpoints, log and metrics of the running job, then asks a person and changes nothing', async () => {
    ports.logs.hosts.set(failedJob, { 'algo-1': [{ at: now, text: "{'loss': 0.1, 'step': 1342}" }] });
    const run = await walk();

    expect(Object.keys(run.states)).toEqual(['checkpointing', 'logs', 'metrics']);
    expect(run.results['logs']).toMatchObject({ excerpt: ["{'loss': 0.1, 'step': 1342}"] });
    expect(next(playbook, run)).toMatchObject({ kind: 'ask', step: { key: 'decision' } });
    expect(playbook.steps.filter((step) => step.kind === 'action' && step.action.effect !== 'read')).toEqual(
      [],
    );
  });

  it('ends when there is a new complete checkpoint, and asks for the postmortem', async () => {
    const watching = await decide(watchOn);
    expect(next(playbook, watching)).toMatchObject({ kind: 'run', step: { key: 'watched' } });
    putCheckpoint(ports.checkpoints, 1350, -14);
    ports.checkpoints.startUpload(`${folderOf(1350)}model.safetensors`);
    const writing = await walk(watching);
    expect(playbook.recovered(writing.results)).toBeUndefined();

    putCheckpoint(ports.checkpoints, 1400, -15);
    const written = await walk(writing);

    expect(playbook.recovered(written.results)).toBe(
      `${failedJob} is saving checkpoints again: checkpoint-1400 is complete`,
    );
    expect(written.states['diagnosis']).toMatchObject({
      status: 'skipped',
      reason: 'the job has not failed',
    });
    expect(next(playbook, { ...written, end: 'recovered' })).toMatchObject({
      kind: 'ask',
      step: { key: 'document' },
    });
  });

  it('hands over to the playbook for the failure if the job fails, with the time of the failure', async () => {
    const watching = await decide(watchOn);
    ports.training.put(
      trainingSince(290, {
        status: 'Failed',
        secondaryStatus: 'Failed',
        failureReason: 'InternalServerError: We encountered an internal error.  Please try again.',
        endedAt: now + 90 * minute,
      }),
    );

    const failed = await walk(watching);

    expect(playbook.recovered(failed.results)).toBeUndefined();
    expect(playbook.handOver?.(failed.results)).toEqual({
      kind: 'internal',
      why: 'the diagnosis is: SageMaker internal error',
      failedAt: now + 90 * minute,
    });
  });

  it('does not hand over or count as recovered if a person stopped the job by hand', async () => {
    const watching = await decide({ choice: 'stop it by hand' });
    ports.training.put(trainingSince(290, { status: 'Stopped', secondaryStatus: 'Stopped', endedAt: now }));

    const stopped = await walk(watching);

    expect(playbook.handOver?.(stopped.results)).toBeUndefined();
    expect(playbook.recovered(stopped.results)).toBeUndefined();
    expect(playbook.ended?.(stopped.results)).toBe('A person stopped the job, as decided');
  });

  it('stops watching once a person has accepted the risk', async () => {
    const accepted = await decide({ choice: 'accept the risk' });

    expect(accepted.states['watched']).toMatchObject({ reason: 'a person accepted the risk' });
    expect(playbook.ended?.(accepted.results)).toBe('A person accepted the risk');
  });

  it('does not ask about a job that has completed in the meantime', async () => {
    ports.training.put(
      trainingSince(290, { status: 'Completed', secondaryStatus: 'Completed', endedAt: now }),
    );

    const run = await walk();

    expect(run.states['decision']).toMatchObject({ status: 'skipped', reason: 'the job has ended' });
    expect(playbook.recovered(run.results)).toBe(`${failedJob} has completed`);
  });

  it('keeps the same note while it waits, so that neither the journal nor the thread grows', async () => {
    const watched = playbook.steps.find(({ key }) => key === 'watched');
    if (watched?.kind !== 'action' || watched.action.effect !== 'read') throw new Error('no watching step');
    const input = watched.inputFor((await decide(watchOn)).results);
    const first = await watched.action.run(input, ports);
    ports.time.now += 60 * minute;

    expect(await watched.action.run(input, ports)).toEqual(first);
    expect(first).toMatchObject({
      afterMs: 2 * minute,
      note: 'No new checkpoint, the last one is checkpoint-1300 from 2026-11-23 02:49 UTC; still training',
    });
  });
});
