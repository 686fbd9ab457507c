import type { Role } from '../../ports/form-fields.ts';
import { type EachOpenDeps, eachOpen } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import { approvalMs, missingApprovals } from '../model/approvals.ts';
import type { Call } from '../model/calls/call.ts';
import type { EventOf } from '../model/events.ts';
import { currentStep, type Incident, isOpen, stateOf } from '../model/incident.ts';
import { stakesIn } from '../stakes.ts';

/** Early enough to approve before the first approval lapses. */
const reminderMs = approvalMs - 5 * 60_000;

export interface ApprovalReminders extends EachOpenDeps {
  readonly store: Pick<IncidentStore, 'ids' | 'load' | 'record'>;
  readonly callFor: (role: Role) => Call;
  readonly advance: (incident: string) => Promise<void>;
  readonly now: () => number;
}

/** Offers each pending request once more, with a mention, before its approvals lapse. The journal holds each reminder. */
export function createApprovalReminders(deps: ApprovalReminders): () => Promise<void> {
  return async () =>
    eachOpen(deps, async (id) => {
      if (reminderDue(deps, await deps.store.load(id)).length === 0) return;
      await deps.store.record(id, (present) => reminderDue(deps, present));
      await deps.advance(id);
    });
}

function reminderDue(
  { callFor, now }: ApprovalReminders,
  incident: Incident,
): readonly EventOf<'step-reminded'>[] {
  const step = currentStep(incident);
  if (step === undefined || !isOpen(incident) || incident.paused !== undefined) return [];
  const state = stateOf(incident, step);
  if (state.status !== 'proposed' || state.reminded === true) return [];
  const { approvals, since, attempt, role } = state;
  const waitsSince = approvals.reduce(
    (first, { at }) => Math.min(first, at),
    approvals.length === 0 ? since : now(),
  );
  if (missingApprovals(state) === 0 || now() - waitsSince < reminderMs) return [];
  const asked = [...stakesIn(incident, step).keys()];
  return [{ type: 'step-reminded', step, attempt, call: callFor(role), asked }];
}
