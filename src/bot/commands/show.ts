import { follow } from '../clicks/answer.ts';
import { answerText } from '../views/answers.ts';
import type { Command } from './command.ts';

export const show: Command = {
  name: 'show',
  takes: 'INCIDENT',
  does: 'opens the thread of an incident that a maintenance window or a snooze holds back',
  run: async (parts, { words: [, id = ''], asker }) => {
    const outcome = await parts.intents.letThrough(id, asker);
    return { text: answerText(outcome), after: async () => follow(parts, id, outcome, undefined) };
  },
};
