import { describe, expect, it } from 'vitest';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import type { Move } from '../support/a-walk.ts';
import { walks } from './walks.ts';

const closing: Move = { fillIn: 'Document' };

/**
 * What a person must choose in a walk beside approving each change once, and why nobody can choose it for them. A playbook
 * that is not here has no such choice.
 */
const choices: Readonly<Record<string, readonly string[]>> = {
  // Whether other incidents pass over the checkpoint too: the code may be at fault and not the files.
  'bad-checkpoint': ['Decide'],
  // No playbook fits the failure.
  investigate: ['Resume once from the checkpoint'],
  // Whether the risk of losing the work since the last checkpoint is worth going on.
  'checkpoints-stopped': ['Decide'],
  // Whether a model is retrained, which takes days and is not part of the recovery.
  'model-degradation': ['Decide'],
  // The playbook that the job started with has no checkpoint left: restoring one and starting over lose different work.
  'restore-from-backup': ['Restore from a backup'],
  'restart-from-scratch': ['start restart-from-scratch'],
};

/** The changes of each walk, which its journal of AWS calls lists when the demo plays it. */
const changes: Readonly<Record<string, number>> = {
  'bad-checkpoint': 3,
  'checkpoints-stopped': 0,
  'dependency-pin': 1,
  'disk-full': 1,
  'invalid-data': 2,
  investigate: 1,
  'model-degradation': 2,
  'out-of-memory': 1,
  'restart-from-scratch': 1,
  'restore-from-backup': 1,
  'restore-instance-count': 1,
  'spot-interruption': 1,
  // One for each job.
  'system-failure': 5,
  'training-hang': 1,
};

function nameOf(move: Move): string {
  if ('click' in move) return move.click;
  return 'fillIn' in move ? move.fillIn : move.type;
}

describe('a recovery', () => {
  it.each(Object.keys(changes))(
    'by %s takes one approval for each change and the closing form, and only choices beside them',
    (playbook) => {
      const moves = walks[playbook]?.moves ?? [];
      const chosen = (choices[playbook] ?? []).map((name) => expect.stringContaining(name));

      const beside = moves.filter((move) => !('click' in move) || choices[playbook]?.includes(move.click));
      expect(beside.slice(0, -1).map(nameOf)).toEqual(chosen);
      expect(beside.at(-1)).toEqual(closing);
      expect(moves).toHaveLength((changes[playbook] ?? 0) + chosen.length + 1);
    },
  );

  it('is walked through for every playbook that is shipped', async () => {
    const { list } = await loadCatalog([shippedCatalog]);

    expect(Object.keys(changes)).toEqual(list.map(({ id }) => id).toSorted());
  });
});
