import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stepForm } from '../../../src/bot/clicks/step-form.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import type { Catalog } from '../../../src/playbooks/catalog.ts';
import { defineAction, definePlaybook } from '../../../src/playbooks/define.ts';
import { anOpening } from '../../support/a-journal.ts';

const retrain = defineAction({
  name: 'retrain',
  effect: 'change',
  title: 'Retrain',
  does: 'Trains again with other hyperparameters.',
  approver: 'lead',
  button: 'Retrain',
  input: z.object({ typed: z.string() }),
  output: z.object({ job: z.string() }),
  adjust: {
    button: 'Change the fixes',
    asks: 'One hyperparameter a line.',
    fields: () => [{ key: 'fixes', label: 'Hyperparameters', kind: 'paragraph' as const }],
    apply: (_, { fixes = '' }) => ({ input: { typed: fixes } }),
  },
  report: ({ job }) => ({ headline: `Launched ${job}` }),
  preview: async () => ({ headline: 'Launch', request: {}, differences: [], warnings: [] }),
  run: async () => ({ job: 'copy' }),
});
const playbook = definePlaybook({
  title: 'Retrain',
  summary: 'For tests.',
  handles: ['unknown'],
  steps: (first) => first.action('retrained', retrain, () => ({ typed: '' })),
  recovered: () => undefined,
});
const entry = { id: 'retrain-it', playbook };
const catalog: Catalog = { list: [entry], get: () => playbook, handling: () => entry };

describe('a form for other values', () => {
  const opened = [
    anOpening(),
    { type: 'playbook-started' as const, playbook: entry.id, steps: ['retrained'] },
  ];
  const incident = incidentFrom(opened.map((event, seq) => ({ seq, at: seq, event, prev: '', hash: '' })));
  const problemsOf = async (fixes: string): Promise<unknown> => {
    const ref = { incident: incident.id, step: 'retrained', attempt: 1, hash: '' };
    const form = await stepForm(
      { store: { load: async () => incident }, catalog, clock: { now: () => 10 } },
      ref,
    );
    return form?.problems({ fixes });
  };

  it.each([
    'learning_rate=1e-6\nwandb_api_key=abc',
    'hub_token: hf_abcdefghijklmnopqrstuvwxyz0123456789',
    'model=ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'api_key=[redacted]',
  ])('refuses a typed secret, and says where secrets belong: %s', async (typed) =>
    expect(await problemsOf(typed)).toEqual({
      fixes: expect.stringContaining('Put secrets into the job’s environment or AWS Secrets Manager'),
    }),
  );

  it('accepts every other value, including names of tokenizers', async () =>
    expect(await problemsOf('learning_rate=1e-6\nmax_tokens=512\npad_token=<|endoftext|>\nlr_key=x')).toEqual(
      {},
    ));
});
