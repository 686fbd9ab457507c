import { clock, count, counted, time } from '../in-words.ts';
import type { Assessment } from './assessment.ts';

type Cause = Assessment['cause'];

/** What the failed jobs have in common, as one clause. */
export function causeInWords(cause: Cause): string {
  const together = togetherInWords(cause);
  const { failed, healthy, suspects } = cause;
  if (suspects.length > 0) {
    const each = suspects.map(
      ({ kind, value, failedWith, healthyWith }) =>
        `${kind} ${value} (${failedWith} of ${failed} failed, ${healthyWith} of ${healthy} healthy)`,
    );
    return `likely common cause: ${each.join(' or ')}${together}`;
  }
  const leads = [...sameFailureInWords(cause), ...sharedInWords(cause)];
  if (leads.length > 0) return `${leads.join('; ')}${together}`;
  const alone = healthy === 0 && failed > 1 ? ', because there is no healthy job to compare with' : '';
  return `no common cause found${alone}${together}`;
}

/** The details of the cause, below the headline. */
export function causeFacts({ failed, sameFailure, shared }: Cause): { label: string; value: string }[] {
  return [
    ...(sameFailure === undefined
      ? []
      : [{ label: 'Same error', value: `${sameFailure.jobs} of ${failed}: ${sameFailure.text}` }]),
    ...(shared.length === 0 ? [] : [{ label: 'Shared by all that failed', value: listed(shared) }]),
  ];
}

function togetherInWords({ window }: Cause): string {
  return window === undefined
    ? ''
    : `; ${count(window.jobs)} of them between ${time(window.from).slice(11, 16)} and ${clock(window.to)}`;
}

function sameFailureInWords({ failed, sameFailure }: Cause): string[] {
  if (sameFailure === undefined) return [];
  return [`${sameFailure.jobs} of ${failed} failed with the same error (${sameFailure.text})`];
}

const maxNamed = 2;

/** Traits that all failed jobs share are only a lead if there are too few healthy jobs to compare with. */
function sharedInWords({ failed, healthy, shared }: Cause): string[] {
  if (shared.length === 0) return [];
  const rest = shared.length - maxNamed;
  const more = rest > 0 ? ` and ${counted(rest, 'more thing')}` : '';
  const compared =
    healthy === 0
      ? 'no healthy job to compare with'
      : `not in the ${counted(healthy, 'healthy job')}, too few to be sure`;
  return [`all ${failed} share ${listed(shared.slice(0, maxNamed))}${more} (${compared})`];
}

function listed(shared: Cause['shared']): string {
  return shared.map(({ kind, value }) => `${kind} ${value}`).join(', ');
}
