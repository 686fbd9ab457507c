import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import { follow } from '../clicks/answer.ts';
import { openSnoozeForm } from '../clicks/snooze-form.ts';
import type { StepRef } from '../ids.ts';
import { answerText } from '../views/answers.ts';
import type { Command } from './command.ts';

export const snooze: Command = {
  name: 'snooze',
  takes: 'INCIDENT',
  does: 'does what the button at the end of its card does: holds new threads back for a while, or ends that',
  run: async (parts, { words: [, id = ''], asker, trigger }) => {
    const incident = await parts.store.load(id);
    const { silence: present } = incident;
    const ref = (attempt: number): StepRef => ({ incident: id, step: 'snooze', attempt, hash: '' });
    if (!isActive(present, parts.clock.now())) {
      const shut = await openSnoozeForm(parts, ref(nextSilence(incident)), { trigger, thread: undefined });
      return { text: shut === undefined ? 'The form is open.' : answerText(shut) };
    }
    const outcome = await parts.intents.endSnooze(ref(present.number), asker);
    return { text: answerText(outcome), after: async () => follow(parts, id, outcome, undefined) };
  },
};
