import type { OpsError } from '../../errors.ts';
import { alarmOf, type RpoReport } from './rpo.ts';

/** A job that could not be read at this look, and since when in a row. */
export interface UnreadableJob {
  readonly job: string;
  readonly error: OpsError;
  readonly since: number;
  readonly looks: number;
}

/** A throttle or an outage passes sooner. */
const minLooks = 3;

/**
 * Jobs that became unreadable at the same look have lost the same thing, most often a permission of Relight: one report
 * for all of them, on the most urgent one, which stands first.
 */
export function unreadableReports(missed: readonly UnreadableJob[]): RpoReport[] {
  const lasting = missed.filter(({ looks }) => looks >= minLooks);
  const firsts = lasting.filter(
    ({ since }, index) => lasting.findIndex((one) => one.since === since) === index,
  );
  return firsts.map(({ job, error, since }) => {
    const others = lasting.filter((one) => one.since === since).length - 1;
    const also = others === 0 ? '' : `So of ${others} more job${others === 1 ? '' : 's'}. `;
    // The remedy first: the card cuts a long reason.
    const reason = `${also}${error.next} ${error.message}`;
    return {
      job,
      kind: 'checkpoints_stopped',
      alarm: alarmOf('Its checkpoints cannot be read', reason, since),
    };
  });
}
