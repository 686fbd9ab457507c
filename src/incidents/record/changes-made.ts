import { autopilot } from '../../playbooks/approved.ts';
import type { ChangeMade } from '../../ports/record.ts';
import type { Entry, EventOf, IncidentEvent } from '../model/events.ts';
import type { StepWords } from './timeline.ts';

type Attempt = Omit<ChangeMade, 'begunAt'> & { readonly begunAt?: number };

/** The attempts that were begun, so that AWS may have received them, in the order of their proposals. */
export function changesMade(journal: readonly Entry[], words: StepWords): readonly ChangeMade[] {
  const attempts = new Map<string, Attempt>();
  for (const entry of journal) {
    const { event } = entry;
    if (!('attempt' in event)) continue;
    // A renewal names the new attempt and ends the previous one.
    const attempt = event.type === 'step-renewed' ? event.attempt - 1 : event.attempt;
    const key = `${event.step} ${attempt}`;
    const next = after(attempts.get(key), entry, words);
    if (next !== undefined) attempts.set(key, next);
  }
  return [...attempts.values()].flatMap(({ begunAt, ...rest }) =>
    begunAt === undefined ? [] : [{ ...rest, begunAt }],
  );
}

function after(before: Attempt | undefined, { event, at }: Entry, words: StepWords): Attempt | undefined {
  if (event.type === 'step-proposed') return proposed(event, at, words);
  if (before === undefined) return undefined;
  const approved = afterApproval(before, event, at);
  if (approved !== undefined) return approved;
  switch (event.type) {
    case 'step-begun':
      return { ...before, begunAt: at };
    case 'step-done':
      return { ...before, outcome: words.outcomeOf(event.step, event.result) };
    case 'step-renewed':
      return { ...before, outcome: `not sent: ${event.why}` };
    case 'step-canceled':
      return { ...before, outcome: `canceled. ${event.says}` };
    case 'step-failed':
      return { ...before, outcome: event.says };
    default:
      return before;
  }
}

function proposed({ step, proposal }: EventOf<'step-proposed'>, at: number, words: StepWords): Attempt {
  const { headline, differences, lost } = proposal;
  const repeated = lost === undefined ? {} : { lost };
  return { step: words.titleOf(step), headline, differences, approvals: [], proposedAt: at, ...repeated };
}

function afterApproval(before: Attempt, event: IncidentEvent, at: number): Attempt | undefined {
  const { approvals } = before;
  switch (event.type) {
    case 'step-approved':
      return { ...before, approvals: [...approvals, { by: event.by.user, at }] };
    case 'autopilot-approved':
      return { ...before, approvals: [...approvals, { by: autopilot, at }] };
    case 'autopilot-held':
      return lapsed(before, [autopilot], at);
    case 'step-lapsed':
      return lapsed(before, event.of, at);
    default:
      return undefined;
  }
}

/** Lapsed approvals do not count; if none is left, the wait for approval begins again. */
function lapsed(before: Attempt, of: readonly string[] | undefined, at: number): Attempt {
  const approvals = of === undefined ? [] : before.approvals.filter(({ by }) => !of.includes(by));
  return { ...before, approvals, ...(approvals.length === 0 && { proposedAt: at }) };
}
