import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import { replyAndAdvance } from '../clicks/answer.ts';
import { openSnoozeForm } from '../clicks/snooze-form.ts';
import type { StepRef } from '../ids.ts';
import { answerText } from '../views/answers.ts';
import type { Command } from './command.ts';

export const snooze: Command = {
  name: 'snooze',
  takes: 'INCIDENT',
  does: 'does what the button at the end of its card does: holds new threads back for a while, or ends that',
  run: async (services, { words: [, id = ''], requester, trigger }) => {
    const incident = await services.store.load(id);
    const { silence: present } = incident;
    const ref = (attempt: number): StepRef => ({ incident: id, step: 'snooze', attempt, hash: '' });
    if (!isActive(present, services.clock.now())) {
      const shut = await openSnoozeForm(services, ref(nextSilence(incident)), { trigger, thread: undefined });
      return { text: shut === undefined ? 'The form is open.' : answerText(shut) };
    }
    const result = await services.intents.endSilence(ref(present.number), requester);
    return { text: answerText(result), after: async () => replyAndAdvance(services, id, result, undefined) };
  },
};

export const show: Command = {
  name: 'show',
  takes: 'INCIDENT',
  does: 'opens the thread of an incident that a maintenance window or a snooze holds back',
  run: async (services, { words: [, id = ''], requester }) => {
    const result = await services.intents.letThrough(id, requester);
    return { text: answerText(result), after: async () => replyAndAdvance(services, id, result, undefined) };
  },
};
