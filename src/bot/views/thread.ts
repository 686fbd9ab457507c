import { createHash } from 'node:crypto';
import type { Incident } from '../../incidents/incident.ts';
import type { Playbook } from '../../playbooks/define.ts';
import { type Message, stepMessageKey, type Urgency } from '../../queue/outbox.ts';
import { boardMessage } from './board.ts';
import { card } from './card.ts';
import type { Rendered } from './render-limits.ts';
import { stepMessage } from './step-message.ts';
import { allSteps, asksPeople, type StepView } from './steps.ts';

/** A message of the thread, ready to be sent. */
export interface ThreadMessage extends Message, Rendered {}

/** Every message that should stand now: the card, then each step that anything can be said about. */
export function thread(
  incident: Incident,
  playbookOf: (id: string) => Playbook | undefined,
  now: number,
): readonly ThreadMessage[] {
  const steps = allSteps(incident, playbookOf);
  const present = playbookOf(incident.playbook ?? '');
  return [
    // Whoever is called to decide reads the card first, so it is as urgent as what it calls for.
    printed('card', steps.some(asksPeople) ? decisionIn(incident) : 'progress', card(incident, present, now)),
    ...(incident.board.length === 0 ? [] : [printed('board', 'progress', boardMessage(incident))]),
    ...steps
      .filter(({ state, current }) => current || state.status !== 'waiting')
      .map((view) =>
        printed(stepMessageKey(view.step.key), urgencyOf(incident, view), stepMessage(incident, view)),
      ),
  ];
}

function urgencyOf(incident: Incident, view: StepView): Urgency {
  const { state } = view;
  if (asksPeople(view)) return decisionIn(incident);
  if (wasJustDecided(state)) return 'awaited';
  return state.status === 'done' || state.status === 'skipped' ? 'result' : 'progress';
}

function decisionIn({ touched }: Incident): Urgency {
  return touched ? 'awaited' : 'decision';
}

/** Its buttons must go, and whoever has pressed one looks at it. */
function wasJustDecided(state: StepView['state']): boolean {
  return state.status === 'proposed' || (state.status === 'changing' && state.note === undefined);
}

function printed(key: string, urgency: Urgency, rendered: Rendered): ThreadMessage {
  const print = createHash('sha256').update(JSON.stringify(rendered)).digest('hex').slice(0, 16);
  return { key, urgency, print, ...rendered };
}
