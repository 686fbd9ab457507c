import { z } from 'zod';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import { defineAction, definePlaybook } from '../../src/playbooks/define.ts';

/** A playbook with one step of each kind: a read, a change and a manual step. */

const Found = z.object({ checkpoint: z.string() });

const look = defineAction({
  name: 'find-checkpoint',
  effect: 'read',
  title: 'Find checkpoints',
  does: 'Lists the checkpoints of the job, newest first.',
  input: z.object({ job: z.string() }),
  output: Found,
  report: ({ checkpoint }) => ({
    headline: `The newest is ${checkpoint}`,
    facts: [{ label: 'Checkpoint', value: checkpoint }],
    lines: [`${checkpoint} is whole`],
  }),
  run: async () => ({ checkpoint: 'checkpoint-400' }),
});

const resume = defineAction({
  name: 'resume-training',
  effect: 'change',
  title: 'Resume training',
  does: 'Launches a copy of the failed job.',
  approver: 'responder',
  button: 'Resume training',
  input: z.object({ job: z.string() }),
  output: z.object({ job: z.string() }),
  report: ({ job }) => ({ headline: `Launched ${job}` }),
  preview: async ({ job }) => ({
    headline: `Launch ${job}`,
    request: { TrainingJobName: job },
    differences: [],
    warnings: [],
  }),
  run: async (_, { job }) => ({ job }),
});

export const playbook = definePlaybook({
  title: 'Resume from a checkpoint',
  summary: 'For tests: looks, changes, asks.',
  handles: ['spot_interruption'],
  steps: (first) =>
    first
      .action('found', look, ({ incident }) => ({ job: incident.job }))
      .action('resumed', resume, ({ incident }) => ({ job: incident.job }))
      .manual('document', {
        title: 'Write it down',
        asks: 'Say what caused it.',
        button: 'Document',
        approver: 'responder',
        fields: [
          { key: 'cause', label: 'What caused it', kind: 'paragraph' },
          { key: 'due', label: 'By when', kind: 'date', optional: true },
        ],
      }),
  recovered: ({ resumed }) => (resumed === undefined ? undefined : `${resumed.job} trains`),
});

export const testPlan = { id: 'test-playbook', steps: playbook.steps.map(({ key }) => key) };

export const testCatalog: Catalog = {
  list: [{ id: testPlan.id, playbook }],
  get: (id) => (id === testPlan.id ? playbook : undefined),
  handling: () => ({ id: testPlan.id, playbook }),
};
