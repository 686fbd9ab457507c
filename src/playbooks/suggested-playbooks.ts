import type { OpsErrorCode } from '../errors.ts';

/** A playbook that a button offers where a step has failed. */
export interface WayOn {
  readonly playbook: string;
  /** The words on the button. */
  readonly label: string;
}

const restart: WayOn = { playbook: 'restart-from-scratch', label: 'Start over from scratch' };
const restore: WayOn = { playbook: 'restore-from-backup', label: 'Restore from a backup' };
const resume: WayOn = { playbook: 'spot-interruption', label: 'Resume as it is' };
const before: WayOn = { playbook: 'bad-checkpoint', label: 'Resume from the checkpoint before' };
const investigate: WayOn = { playbook: 'investigate', label: 'Look into it by hand' };

/** What would help after an error that a further try of the same step does not mend, the best first. */
const byCode: Partial<Record<OpsErrorCode, readonly WayOn[]>> = {
  'no-checkpointing': [restart],
  'no-checkpoint': [restart],
  'no-backup': [restart],
  'not-resumed': [before, restart],
  'job-failed-again': [investigate],
  'nothing-fits': [resume, investigate],
  'fix-refused': [investigate],
  'fix-loses-too-much': [investigate],
  'fix-not-valid': [investigate],
  'data-scan-broke': [investigate],
};

/** What the engineer does next after `no-checkpoint` where `s3.backup` is set. */
export const restoreNext =
  'Restore from a backup: Relight looks below `s3.backup` for a good copy. Where there is none, start over from scratch.';

/** Why a step failed, as far as it decides what would help. */
export interface Failure {
  readonly code: string;
  /** Set where copies of the checkpoints may stand below `s3.backup`. */
  readonly backup?: true;
}

/** Not the playbook that has just failed: that is what another try is for. */
export function waysOn({ code, backup }: Failure, present: string | undefined): readonly WayOn[] {
  const known = Object.entries(byCode).find(([one]) => one === code)?.[1] ?? [];
  const ways = backup === true ? [restore, ...known] : known;
  return ways.filter(({ playbook }) => playbook !== present);
}
