import type { OpsError } from '../../errors.ts';
import { alarmOf, type RpoReport } from './rpo.ts';

/** A job whose checkpoints could not be read in this pass, and for how many passes in a row. */
export interface UnreadableJob {
  readonly job: string;
  readonly error: OpsError;
  readonly since: number;
  readonly looks: number;
}

/** Throttling or an outage usually ends sooner. */
const minLooks = 3;

/**
 * One report per group of jobs that became unreadable in the same pass, on the most urgent one: they most likely share
 * a cause, such as a permission that Relight lost.
 */
export function unreadableReports(jobs: readonly UnreadableJob[]): RpoReport[] {
  const lasting = jobs.filter(({ looks }) => looks >= minLooks);
  const firsts = lasting.filter(
    ({ since }, index) => lasting.findIndex((one) => one.since === since) === index,
  );
  return firsts.map(({ job, error, since }) => {
    const others = lasting.filter((one) => one.since === since).length - 1;
    const also = others === 0 ? '' : `Also affects ${others} more job${others === 1 ? '' : 's'}. `;
    // The fix comes first, since the card truncates a long reason.
    const reason = `${also}${error.next} ${error.message}`;
    return {
      job,
      kind: 'checkpoints_stopped',
      alarm: alarmOf('Its checkpoints cannot be read', reason, since),
    };
  });
}
