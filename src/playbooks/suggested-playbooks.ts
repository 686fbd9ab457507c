import type { OpsErrorCode } from '../errors.ts';

/** A playbook that a button offers after a step has failed. */
export interface SuggestedPlaybook {
  readonly playbook: string;
  /** The words on the button. */
  readonly label: string;
}

const restart: SuggestedPlaybook = { playbook: 'restart-from-scratch', label: 'Start over from scratch' };
const restore: SuggestedPlaybook = { playbook: 'restore-from-backup', label: 'Restore from a backup' };
const resume: SuggestedPlaybook = { playbook: 'spot-interruption', label: 'Resume as it is' };
const before: SuggestedPlaybook = {
  playbook: 'bad-checkpoint',
  label: 'Resume from the previous checkpoint',
};
const investigate: SuggestedPlaybook = { playbook: 'investigate', label: 'Investigate by hand' };

/** Playbooks that help after an error that another try of the same step does not fix, the best first. */
const byCode: Partial<Record<OpsErrorCode | 'declined', readonly SuggestedPlaybook[]>> = {
  // A person said no to the request.
  declined: [investigate],
  'no-checkpointing': [restart],
  'no-checkpoint': [restart],
  'no-backup': [restart],
  'not-resumed': [before, restart],
  'job-failed-again': [investigate],
  'nothing-fits': [resume, investigate],
  'no-more-storage': [investigate],
  'instances-unclear': [investigate],
  'source-unusable': [investigate],
  'fix-refused': [investigate],
  'fix-loses-too-much': [investigate],
  'fix-not-valid': [investigate],
  'data-scan-broke': [investigate],
};

/** The next step after `no-checkpoint` if `s3.backup` is set. */
export const restoreNext =
  'Restore from a backup: Relight looks below `s3.backup` for a good copy. If there is none, start over from scratch.';

/** The facts about a failed step that decide which playbooks to offer. */
export interface Failure {
  readonly code: string;
  /** Set if there may be copies of the checkpoints under `s3.backup`. */
  readonly backup?: true;
}

/** Leaves out the playbook that has just failed: Try again covers it. */
export function suggestedPlaybooks(
  { code, backup }: Failure,
  present: string | undefined,
): readonly SuggestedPlaybook[] {
  const known = Object.entries(byCode).find(([one]) => one === code)?.[1] ?? [];
  const ways = backup === true ? [restore, ...known] : known;
  return ways.filter(({ playbook }) => playbook !== present);
}
