import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction, definePlaybook, type IncidentFacts } from '../../src/playbooks/define.ts';
import { next, type Run, type StepState } from '../../src/playbooks/runner.ts';

const look = defineAction({
  name: 'look',
  effect: 'read',
  title: 'Look',
  does: 'Looks.',
  input: z.object({ job: z.string() }),
  output: z.object({ broken: z.boolean() }),
  report: () => ({ headline: 'Looked' }),
  run: async () => ({ broken: true }),
});
const proposal = { headline: 'Mend', request: {}, differences: [], warnings: [] };
const repair = defineAction({
  name: 'repair',
  effect: 'change',
  title: 'Mend',
  does: 'Mends.',
  approver: 'responder',
  button: 'Mend',
  input: z.object({ job: z.string() }),
  output: z.object({ done: z.literal(true) }),
  report: () => ({ headline: 'Mended' }),
  preview: async () => proposal,
  run: async () => ({ done: true as const }),
});
const playbook = definePlaybook({
  title: 'Test',
  summary: 'Test.',
  handles: ['unknown'],
  steps: (first) =>
    first
      .action('looked', look, ({ incident }) => ({ job: incident.job }))
      .actionWhen(
        'repaired',
        repair,
        ({ incident }) => ({ job: incident.job }),
        ({ looked }) => looked.broken || { skip: 'nothing is broken' },
      )
      .manual('written', {
        title: 'Write',
        asks: 'Write.',
        button: 'Write',
        approver: 'responder',
        fields: [{ key: 'cause', label: 'Cause', kind: 'text' }],
      }),
  recovered: () => undefined,
});

const incident: IncidentFacts = {
  id: 'i-1',
  job: 'a-job',
  tier: 'gold',
  failedAt: 0,
  rtoMinutes: 60,
  rpoMinutes: 30,
  chosen: false,
};
const done = (result: unknown): StepState => ({ status: 'done', attempt: 1, result, at: 1 });
const looked = (broken: boolean): Run => run({ looked: done({ broken }) }, { looked: { broken } });
const proposed = (approvals: number, needs = 1): StepState => ({
  status: 'proposed',
  attempt: 1,
  proposal,
  hash: 'h',
  role: 'responder',
  needs,
  approvals: Array.from({ length: approvals }, (_, index) => ({ by: `U${index}`, at: 1 })),
  since: 1,
});

function run(states: Run['states'] = {}, results: object = {}): Run {
  return {
    number: 1,
    pinned: ['looked', 'repaired', 'written'],
    states,
    results: { ...results, incident },
    end: 'recovered',
  };
}

describe('the next step of a run', () => {
  it('is the first read step, which starts automatically', () => {
    expect(next(playbook, run())).toMatchObject({
      kind: 'run',
      phase: 'look',
      attempt: 1,
      step: { key: 'looked' },
    });
  });

  it('is the preview of a change once its inputs exist', () => {
    expect(next(playbook, looked(true))).toMatchObject({
      kind: 'run',
      phase: 'preview',
      step: { key: 'repaired' },
    });
  });

  it('asks people until enough of them have approved', () => {
    const at = (state: StepState): unknown =>
      next(playbook, run({ looked: done({ broken: true }), repaired: state }, { looked: { broken: true } }));
    expect(at(proposed(0))).toMatchObject({ kind: 'ask', step: { key: 'repaired' } });
    expect(at(proposed(1, 2))).toMatchObject({ kind: 'ask' });
    expect(at(proposed(2, 2))).toMatchObject({ kind: 'run', phase: 'change', attempt: 1 });
  });

  it('is skipped with the reason if it is not needed', () => {
    expect(next(playbook, looked(false))).toMatchObject({
      kind: 'skip',
      reason: 'nothing is broken',
      step: { key: 'repaired' },
    });
  });

  it('asks a person at a manual step, and nothing remains after the last step', () => {
    const states = {
      looked: done({ broken: false }),
      repaired: { status: 'skipped', reason: 'x', at: 1 } as const,
    };
    expect(next(playbook, run(states, { looked: { broken: false } }))).toMatchObject({
      kind: 'ask',
      step: { key: 'written' },
    });
    expect(next(playbook, run({ ...states, written: done({ cause: 'x' }) }))).toEqual({ kind: 'finished' });
  });

  it('stops at a failed step and continues with the attempt that a person requested', () => {
    const failed = { status: 'failed', attempt: 1, code: 'aws-denied', says: '', next: '', at: 1 } as const;
    expect(next(playbook, run({ looked: failed }))).toMatchObject({
      kind: 'stopped',
      step: { key: 'looked' },
    });
    expect(next(playbook, run({ looked: { status: 'waiting', attempt: 2 } }))).toMatchObject({
      kind: 'run',
      attempt: 2,
    });
  });

  it('stops if a deployment changed the steps of an open incident', () => {
    expect(next(playbook, { ...run(), pinned: ['looked', 'written'] })).toEqual({ kind: 'stopped' });
  });
});
