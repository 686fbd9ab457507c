import type { Approval } from '../../playbooks/runner.ts';

/** How long one approval holds. Each counts from the moment its own person gave it. */
export const approvalMs = 15 * 60_000;

/** The approvals that are too old at this moment. */
export function lapsedAmong(approvals: readonly Approval[], now: number): readonly Approval[] {
  return approvals.filter(({ at }) => now - at > approvalMs);
}

/** The approvals that still hold at this moment. */
export function holdingAmong(approvals: readonly Approval[], now: number): readonly Approval[] {
  const lapsed = lapsedAmong(approvals, now);
  return approvals.filter((approval) => !lapsed.includes(approval));
}

/** Why these approvals no longer hold, as one clause: `it was given 16 min ago and holds for 15 min`. */
export function lapseInWords(lapsed: readonly Approval[], now: number): string {
  const oldest = lapsed.reduce((first, { at }) => Math.min(first, at), now);
  const limit = `${approvalMs / 60_000} min`;
  // Rounded up: an approval that lapsed a second ago must not read as one that is 15 minutes old.
  const age = `${Math.ceil((now - oldest) / 60_000)} min`;
  return lapsed.length > 1
    ? `they were given up to ${age} ago, and each holds for ${limit}`
    : `it was given ${age} ago and holds for ${limit}`;
}
