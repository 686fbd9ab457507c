import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Plan } from '../intake/failure-report.ts';
import { started } from '../intake/joining.ts';
import type { Decision } from '../journal/store.ts';
import { type Incident, isEndKnown } from '../model/incident.ts';
import type { Move } from './move.ts';

const day = 24 * 3_600_000;
/** Later, a failure is a new incident. */
const maxDays = 7;

export interface Reopening {
  readonly why: string;
  /** The playbook that starts again; undefined if none handles the failure. */
  readonly plan: Plan | undefined;
  /** Another open incident about the same job. */
  readonly other: string | undefined;
}

/** Whether the card still offers to reopen it. One that was merged automatically continues elsewhere. */
export function mayReopen({ closed }: Incident, now: number): boolean {
  if (closed === undefined || now - closed.at > maxDays * day) return false;
  return closed.into === undefined || closed.by !== undefined;
}

/** Continues an incident whose end did not hold: the same thread, the same clock, and one more attempt. */
export function reopen(
  incident: Incident,
  { by, authorize, now }: Move,
  { why, plan, other }: Reopening,
): Decision<ClickResult> {
  const { closed, subject } = incident;
  if (closed === undefined && !isEndKnown(incident)) return noChange({ kind: 'not-over' });
  if (closed !== undefined && !mayReopen(incident, now))
    return noChange(
      closed.into === undefined ? { kind: 'too-old', days: maxDays } : { kind: 'closed', ...closed },
    );
  if (other !== undefined && other !== incident.id) return noChange({ kind: 'other-open', incident: other });
  const starts = plan && { ...started(plan, by), chosen: true, why: 'a person reopened the incident' };
  return recorded(
    authorize,
    'responder',
    'incident-reopened',
    { type: 'reopened', job: subject, why, at: now, by },
    ...(starts === undefined ? [] : [starts]),
  );
}
