import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import { replyAndAdvance } from '../clicks/answer.ts';
import { openSilenceForm } from '../clicks/silence-form.ts';
import type { StepRef } from '../ids.ts';
import { answerText } from '../views/answers.ts';
import type { Command } from './command.ts';

export const silence: Command = {
  name: 'silence',
  formerName: 'snooze',
  takes: 'INCIDENT',
  does: 'does the same as the button at the end of the card: silences new threads for a while, or ends that',
  run: async (services, { words: [, id = ''], requester, trigger }) => {
    const incident = await services.store.load(id);
    const { silence: current } = incident;
    const ref = (attempt: number): StepRef => ({ incident: id, step: 'snooze', attempt, hash: '' });
    if (!isActive(current, services.clock.now())) {
      const reason = await openSilenceForm(services, ref(nextSilence(incident)), {
        trigger,
        thread: undefined,
      });
      return { text: reason === undefined ? 'The form is open.' : answerText(reason) };
    }
    const result = await services.intents.endSilence(ref(current.number), requester);
    return { text: answerText(result), after: async () => replyAndAdvance(services, id, result, undefined) };
  },
};

export const show: Command = {
  name: 'show',
  takes: 'INCIDENT',
  does: 'opens the thread of an incident that a maintenance window or a silence holds back',
  run: async (services, { words: [, id = ''], requester }) => {
    const result = await services.intents.letThrough(id, requester);
    return { text: answerText(result), after: async () => replyAndAdvance(services, id, result, undefined) };
  },
};
