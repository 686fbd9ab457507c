import { OpsError } from '../../errors.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { EventOf } from './events.ts';

type Proposed = Extract<StepState, { status: 'proposed' }>;

/** With a broken glass, this approval suffices, and the same person may approve again. */
export function approved(
  state: Proposed,
  { by, hash, glassAt }: EventOf<'step-approved'>,
  at: number,
): StepState {
  if (hash !== state.hash) throw new OpsError('illegal-move', 'the approval is for another request');
  const theirs = state.approvals.filter((approval) => approval.by === by.user);
  if (theirs.length > 0 && glassAt === undefined)
    throw new OpsError('illegal-move', 'this person has already approved');
  const before = state.approvals.filter((approval) => !theirs.includes(approval));
  const approvals = [...before, { by: by.user, at }];
  const after = { ...state, ...stillLapsed(state, by.user), approvals };
  if (glassAt === undefined) return after;
  const insteadOf = state.glass?.insteadOf ?? state.needs;
  return { ...after, needs: approvals.length, glass: { by: by.user, at: glassAt, insteadOf } };
}

/** A person who approves again is removed from the list of lapsed approvals. */
function stillLapsed({ lapsedOf = [] }: Proposed, user: string): { lapsedOf?: readonly string[] } {
  return lapsedOf.includes(user) ? { lapsedOf: lapsedOf.filter((one) => one !== user) } : {};
}
