import { type Failure, type WayOn, waysOn } from '../playbooks/suggested-playbooks.ts';
import type { Answer, Judge } from './decisions.ts';
import { started } from './intake/joining.ts';
import type { Plan } from './intake/report.ts';
import type { Decision } from './journal/store.ts';
import type { Actor, IncidentEvent } from './model/events.ts';
import { type Incident, runsOf } from './model/incident.ts';

/** What a person may do where the playbook cannot go on by itself: start another one, or say how it ended. */

interface Pressed {
  /** The number of the playbook that the person had in front of them; 0 where there was none. */
  readonly number: number;
  readonly by: Actor;
  readonly judge: Judge;
}

/** How a person says that it ended. */
export const outcomes = {
  'trains-again': 'it trains again',
  'not-needed': 'nothing more is needed',
  'given-up': 'it was given up',
} as const;
export type Outcome = keyof typeof outcomes;

/** The playbooks that would help after this failure, the best first. */
export function suggestedAfter({ playbook }: Pick<Incident, 'playbook'>, failure: Failure): readonly WayOn[] {
  return waysOn(failure, playbook);
}

/** The number that a button for a way on carries: a copy of the message from before the last playbook is old. */
export function presentRun(incident: Incident): number {
  return runsOf(incident).length;
}

export function startPlaybook(incident: Incident, pressed: Pressed, plan: Plan): Decision<Answer> {
  const shut = shutFor(incident, pressed);
  if (shut !== undefined) return nothing(shut);
  const chosen: IncidentEvent = {
    ...started(plan, pressed.by),
    chosen: true,
    why: 'a person chose it',
  };
  return { events: [chosen], answer: { kind: 'recorded', what: 'playbook-chosen' } };
}

export function tellOutcome(
  incident: Incident,
  pressed: Pressed,
  { outcome, why }: { readonly outcome: Outcome; readonly why: string },
): Decision<Answer> {
  const shut = shutFor(incident, pressed);
  if (shut !== undefined) return nothing(shut);
  const says = `A person says: ${outcomes[outcome]}${why === '' ? '' : `, ${why}`}`;
  const { by } = pressed;
  return {
    events: [
      outcome === 'trains-again'
        ? { type: 'recovered', how: says, elsewhere: true, by }
        : { type: 'outcome-told', says, by },
    ],
    answer: { kind: 'recorded', what: 'outcome-told' },
  };
}

/** Why neither can be done now; undefined where both can. */
function shutFor(incident: Incident, { number, judge }: Pressed): Answer | undefined {
  const { closed } = incident;
  if (closed !== undefined) return { kind: 'closed', why: closed.why };
  if (number !== presentRun(incident) || isEndKnown(incident)) return { kind: 'old-copy' };
  if (changes(incident)) return { kind: 'change-under-way' };
  const verdict = judge({ effect: 'other', role: 'responder', approvedBy: [] });
  return verdict.allowed ? undefined : { kind: 'refused', says: verdict.says };
}

function isEndKnown({ recovered, outcome }: Incident): boolean {
  return recovered !== undefined || outcome !== undefined;
}

/** An approved change is seen to its end first: AWS may have its request already. */
export function changes({ states }: Pick<Incident, 'states'>): boolean {
  return Object.values(states).some(
    (state) =>
      state.status === 'changing' || (state.status === 'proposed' && state.approvals.length >= state.needs),
  );
}

function nothing(answer: Answer): Decision<Answer> {
  return { events: [], answer };
}
