import type { types } from '@slack/bolt';
import type { ListenerServices } from '../../clicks/answer.ts';
import type { ClickResponse, Requester } from '../../clicks/click.ts';
import { within } from '../../clicks/deadline.ts';
import { isFormMove, moveView } from '../../clicks/incident/incident-forms.ts';
import { readTrail } from '../../clicks/incident/read-trail.ts';
import type { StepRef } from '../../ids.ts';
import type { Reply } from '../command.ts';
import { silenceOrEnd } from '../silence.ts';
import { step } from '../step.ts';

type AfterChoice = types.ModalView | ClickResponse | Reply;

/** Carries out a command once the person has chosen its incident: `ref.step` is the word of the command. */
export async function afterChoice(
  services: ListenerServices,
  ref: StepRef,
  requester: Requester,
): Promise<AfterChoice> {
  const { intents } = services;
  const { incident, step: word } = ref;
  if (isFormMove(word)) return moveView(services, { ...ref, step: word }, undefined);
  switch (word) {
    case 'take':
      return intents.take(ref, requester);
    case 'ack':
      return intents.acknowledge(ref, requester);
    case 'show':
      return intents.letThrough(incident, requester);
    case 'silence':
      return silenceOrEnd(services, incident, requester);
    case 'step':
      return step.run(services, {
        words: ['step', incident],
        requester,
        trigger: '',
        limit: within(services.limits.record),
      });
    case 'audit': {
      const opened = await readTrail(services, { incident, page: 1 }, requester);
      return 'kind' in opened ? opened : opened.view;
    }
    default:
      return intents.unpause(ref, requester);
  }
}
