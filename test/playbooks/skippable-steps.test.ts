import { describe, expect, it } from 'vitest';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { definePlaybook } from '../../src/playbooks/define.ts';
import { isSkippable } from '../../src/playbooks/skippable-steps.ts';

const { list } = await loadCatalog([shippedCatalog]);

const form = {
  title: 'Ask',
  asks: 'Say it.',
  button: 'Say it',
  approver: 'responder',
  fields: [{ key: 'what', label: 'What', kind: 'text' }],
} as const;

function skippableIn(playbook: (typeof list)[number]['playbook']): string[] {
  const keys = playbook.steps.map(({ key }) => key);
  return keys.filter((key) => isSkippable(playbook, { number: 1, pinned: keys }, key));
}

describe('a step that a person may skip', () => {
  it('is one that no later step, no change and no ending of the shipped playbooks relies on', () => {
    const found = Object.fromEntries(list.map(({ id, playbook }) => [id, skippableIn(playbook)]));

    expect(found).toEqual({
      'bad-checkpoint': ['blocked', 'postmortem'],
      'checkpoints-stopped': ['logs', 'metrics', 'postmortem'],
      'dependency-pin': ['postmortem'],
      'disk-full': ['postmortem'],
      'invalid-data': ['postmortem'],
      investigate: ['metrics', 'logs', 'postmortem'],
      'model-degradation': ['compared', 'postmortem'],
      'out-of-memory': ['postmortem'],
      'restart-from-scratch': ['postmortem'],
      'restore-from-backup': ['postmortem'],
      'restore-instance-count': ['postmortem'],
      'spot-interruption': ['postmortem'],
      'system-failure': ['postmortem'],
      'training-hang': ['postmortem'],
    });
  });

  it.each([
    [
      'reads its result only in a branch',
      (results: { one?: unknown; two?: unknown }) => results.two ?? results.one,
    ],
    [
      'fails on results that it does not know',
      () => {
        throw new Error('no such result');
      },
    ],
  ])('is not one before a condition that %s', (_, condition) => {
    const playbook = definePlaybook({
      title: 'Ask three times',
      summary: 'For tests.',
      handles: [],
      steps: (first) =>
        first
          .manual('one', form)
          .manual('two', form)
          .manualWhen('three', form, (results) => condition(results) !== undefined || { skip: 'no need' }),
      recovered: () => undefined,
    });

    expect(skippableIn(playbook)).toEqual(['three']);
  });
});
