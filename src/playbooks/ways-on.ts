import type { OpsErrorCode } from '../errors.ts';

/** A playbook that a button offers where a step has failed. */
export interface WayOn {
  readonly playbook: string;
  /** The words on the button. */
  readonly label: string;
}

const restart: WayOn = { playbook: 'restart-from-scratch', label: 'Start over from scratch' };
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

/** Not the playbook that has just failed: that is what another try is for. */
export function waysOn(code: string, present: string | undefined): readonly WayOn[] {
  const ways = Object.entries(byCode).find(([known]) => known === code)?.[1] ?? [];
  return ways.filter(({ playbook }) => playbook !== present);
}
