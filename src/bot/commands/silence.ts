import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import { openSilenceForm } from '../clicks/silence-form.ts';
import type { StepRef } from '../ids.ts';
import { type Command, replyTo } from './command.ts';

export const silence: Command = {
  name: 'silence',
  formerName: 'snooze',
  takes: 'INCIDENT',
  does: 'does the same as the button at the end of the card: silences new threads for a while, or ends that',
  run: async (services, { words: [, id = ''], requester, trigger }) => {
    const incident = await services.store.load(id);
    const { silence: current } = incident;
    const ref = (attempt: number): StepRef => ({ incident: id, step: 'snooze', attempt, hash: '' });
    const result = isActive(current, services.clock.now())
      ? await services.intents.endSilence(ref(current.number), requester)
      : ((await services.intents.mayAct(ref(1), requester)) ??
        (await openSilenceForm(services, ref(nextSilence(incident)), { trigger, thread: undefined })));
    return replyTo(services, id, result);
  },
};

export const show: Command = {
  name: 'show',
  takes: 'INCIDENT',
  does: 'opens the thread of an incident that a maintenance window or a silence holds back',
  run: async (services, { words: [, id = ''], requester }) =>
    replyTo(services, id, await services.intents.letThrough(id, requester)),
};
