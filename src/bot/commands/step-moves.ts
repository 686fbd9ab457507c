import { currentStep, type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { maxReason, openMoveForm } from '../clicks/step-move-forms.ts';
import { type StepRef, shortHash } from '../ids.ts';
import type { CommandCall } from './command.ts';

/** The words after the step in `/relight step INCIDENT STEP …` that do something else than approve. */
const moves = {
  decline: 'decline',
  skip: 'skip',
  cancel: 'cancel',
  back: 'goBack',
  stop: 'askToStop',
  keep: 'keep',
  hold: 'hold',
} as const;
type Move = (typeof moves)[keyof typeof moves];

export function moveNamed(word: string): Move | undefined {
  return Object.entries(moves).find(([name]) => name === word.toLowerCase())?.[1];
}

/** Makes the move on the current request of the step; undefined once a form is open. */
export async function moveBy(
  services: ListenerServices,
  { words, requester, trigger }: CommandCall,
  incident: Incident,
  key: string,
  move: Move,
): Promise<ClickResponse | undefined> {
  const { intents } = services;
  // `back` names the earlier step; the decision is about the current one.
  if (move === 'goBack')
    return intents.move(refOf(incident, currentStep(incident) ?? key), requester, move, key);
  const ref = refOf(incident, key);
  if (move !== 'decline' && move !== 'skip') return intents[move](ref, requester);
  const reason = words.slice(4).join(' ').slice(0, maxReason);
  if (reason === '') return openMoveForm(services, move, ref, requester, { trigger, thread: undefined });
  return intents.move(ref, requester, move, reason);
}

function refOf(incident: Incident, step: string): StepRef {
  const state = stateOf(incident, step);
  const hash = 'hash' in state ? shortHash(state.hash ?? '') : '';
  return { incident: incident.id, step, attempt: 'attempt' in state ? state.attempt : 1, hash };
}
