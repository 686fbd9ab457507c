import type { types } from '@slack/bolt';
import { isActive, nextSilence } from '../../incidents/holds/silence.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { ClickResponse, Requester } from '../clicks/click.ts';
import { silenceView } from '../clicks/silence-form.ts';
import type { StepRef } from '../ids.ts';
import { type Command, replyTo } from './command.ts';
import { chooseIncident } from './incident/choose.ts';

export const silence: Command = {
  name: 'silence',
  formerName: 'snooze',
  takes: '[INCIDENT]',
  does: 'silences new threads like an incident’s for a while, or ends that',
  run: async (services, call) => {
    const [, id] = call.words;
    if (id === undefined) return chooseIncident(services, call, 'silence');
    const result = await silenceOrEnd(services, id, call.requester);
    if ('kind' in result) return replyTo(services, id, result);
    await services.client.views.open({ trigger_id: call.trigger, view: result });
    return replyTo(services, id);
  },
};

/** Ends the silence of an incident; without one, the form that begins it, or why it cannot be opened. */
export async function silenceOrEnd(
  services: ListenerServices,
  id: string,
  requester: Requester,
): Promise<types.ModalView | ClickResponse> {
  const incident = await services.store.load(id);
  const { silence: current } = incident;
  const ref = (attempt: number): StepRef => ({ incident: id, step: 'snooze', attempt, hash: '' });
  if (isActive(current, services.clock.now()))
    return services.intents.endSilence(ref(current.number), requester);
  const refusal = await services.intents.mayAct(ref(1), requester);
  return refusal ?? silenceView(services, ref(nextSilence(incident)), undefined);
}

export const show: Command = {
  name: 'show',
  takes: '[INCIDENT]',
  does: 'opens the thread of an incident that a maintenance window or a silence holds back',
  run: async (services, call) => {
    const [, id] = call.words;
    if (id === undefined) return chooseIncident(services, call, 'show');
    return replyTo(services, id, await services.intents.letThrough(id, call.requester));
  },
};
