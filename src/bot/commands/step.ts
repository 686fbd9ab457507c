import { type Incident, runOf, stateOf } from '../../incidents/incident.ts';
import type { StepRef } from '../ids.ts';
import { follow, type ListenerParts } from '../listeners/listener.ts';
import { openForm } from '../open-form.ts';
import type { Outcome } from '../outcome.ts';
import { answerText } from '../views/answers.ts';
import { escape, line } from '../views/untrusted.ts';
import type { Command, CommandCall } from './command.ts';
import { nearest } from './nearest.ts';

export const step: Command = {
  name: 'step',
  takes: 'INCIDENT STEP',
  does: 'does what the button of that step does: approve, try again, or open its form',
  run: async (parts, call) => {
    const [, id = '', key = ''] = call.words;
    const incident = await parts.store.load(id);
    if (!incident.pinned.includes(key)) return { text: unknownStep(incident, key) };
    const outcome = await press(parts, incident, key, call);
    if (outcome === undefined) return { text: 'The form is open.' };
    return { text: answerText(outcome), after: async () => follow(parts, id, outcome, undefined) };
  },
};

/** The step as it stands now: whoever types has the present message in front of them, or reads the refusal. */
async function press(
  parts: ListenerParts,
  incident: Incident,
  key: string,
  { asker, trigger }: CommandCall,
): Promise<Outcome | undefined> {
  const state = stateOf(incident, key);
  const hash = state.status === 'proposed' ? state.hash : '';
  const ref: StepRef = {
    incident: incident.id,
    step: key,
    attempt: 'attempt' in state ? state.attempt : 1,
    hash,
  };
  if (state.status === 'failed') return parts.intents.retry(ref, asker);
  const playbook = parts.catalog.get(incident.playbook ?? '');
  const found = playbook?.stepsIn(runOf(incident))?.find((one) => one.key === key);
  if (found?.kind === 'manual') return openForm(parts, ref, asker, { trigger, thread: undefined });
  return parts.intents.approve(ref, asker);
}

function unknownStep({ id, pinned }: Incident, word: string): string {
  const close = nearest(word, pinned);
  const hint = close === undefined ? '' : ` Did you mean \`${close}\`?`;
  const typed = escape(line(word, 40).replaceAll('`', '')) || '…';
  return `${id} has no step \`${typed}\`.${hint} Its steps are ${pinned.map((key) => `\`${key}\``).join(', ')}.`;
}
