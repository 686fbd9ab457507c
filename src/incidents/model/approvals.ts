import type { Approval } from '../../playbooks/runner.ts';

export { autopilot, missingApprovals } from '../../playbooks/approved.ts';

/** How long an approval is valid. Each approval has its own period. */
export const approvalMs = 15 * 60_000;
/**
 * All processes use the time of Redis. If that is set back, approvals are dated in the future: they stay valid, up to this
 * much, or a clock that was wrong by years would make them valid for years.
 */
const maxSetBackMs = 60 * 60_000;

/** The approvals that no longer count when a change is about to begin. Once it has begun, their age does not matter. */
export function lapsedAmong(approvals: readonly Approval[], now: number): readonly Approval[] {
  return approvals.filter(({ at }) => now - at > approvalMs || at - now > maxSetBackMs);
}

export function holdingAmong(approvals: readonly Approval[], now: number): readonly Approval[] {
  const lapsed = lapsedAmong(approvals, now);
  return approvals.filter((approval) => !lapsed.includes(approval));
}

/** Why these approvals expired, as one clause: `it was given 16 min ago and is valid for 15 min`. */
export function lapseInWords(lapsed: readonly Approval[], now: number): string {
  if (lapsed.some(({ at }) => at > now))
    return 'the clock of Redis was set back by more than an hour after it was given';
  const oldest = lapsed.reduce((first, { at }) => Math.min(first, at), now);
  const limit = `${approvalMs / 60_000} min`;
  // Rounded up: an approval that expired a second ago must not be shown as 15 minutes old.
  const age = `${Math.ceil((now - oldest) / 60_000)} min`;
  return lapsed.length > 1
    ? `they were given up to ${age} ago, and each is valid for ${limit}`
    : `it was given ${age} ago and is valid for ${limit}`;
}
