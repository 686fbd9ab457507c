import type { ListenerServices } from '../../clicks/answer.ts';
import type { Intent } from '../../clicks/click.ts';
import { type FormMove, openMoveForm } from '../../clicks/incident/incident-forms.ts';
import type { StepRef } from '../../ids.ts';
import { type Command, type CommandCall, type Reply, replyTo } from '../command.ts';
import { chooseIncident } from './choose.ts';

const INCIDENT = '[INCIDENT]';

export const take: Command = {
  name: 'take',
  takes: INCIDENT,
  does: 'makes you the responder of an incident',
  run: async (services, call) => atOnce(services, call, 'take', services.intents.take),
};

export const ack: Command = {
  name: 'ack',
  takes: INCIDENT,
  does: 'acknowledges the call about an incident, so that it is not repeated',
  run: async (services, call) => atOnce(services, call, 'ack', services.intents.acknowledge),
};

export const handover: Command = {
  name: 'handover',
  takes: INCIDENT,
  does: 'hands an incident over to another responder',
  run: async (services, call) => withForm(services, call, 'hand-over'),
};

export const pause: Command = {
  name: 'pause',
  takes: INCIDENT,
  does: 'pauses an incident: no new step starts, and the clock keeps running',
  run: async (services, call) => withForm(services, call, 'pause'),
};

export const resume: Command = {
  name: 'resume',
  takes: INCIDENT,
  does: 'resumes a paused incident where it was',
  run: async (services, call) => atOnce(services, call, 'resume', services.intents.unpause),
};

export const close: Command = {
  name: 'close',
  takes: INCIDENT,
  does: 'closes an incident with an outcome: recovered by hand, not a problem, duplicate, given up, started by mistake',
  run: async (services, call) => withForm(services, call, 'close'),
};

export const reopen: Command = {
  name: 'reopen',
  takes: INCIDENT,
  does: 'reopens an incident whose end did not hold, in the same thread',
  run: async (services, call) => withForm(services, call, 'reopen'),
};

async function atOnce(
  services: ListenerServices,
  call: CommandCall,
  move: string,
  intent: Intent,
): Promise<Reply> {
  const [, id] = call.words;
  if (id === undefined) return chooseIncident(services, call, move);
  return replyTo(services, id, await intent(refTo(id, move), call.requester));
}

async function withForm(services: ListenerServices, call: CommandCall, move: FormMove): Promise<Reply> {
  const [, id] = call.words;
  if (id === undefined) return chooseIncident(services, call, move);
  const ref = { ...refTo(id, move), step: move };
  const to = { trigger: call.trigger, thread: undefined };
  // A submitted form names no channel, so the channel is checked before it opens.
  const refusal = await services.intents.mayAct(ref, call.requester);
  return replyTo(services, id, refusal ?? (await openMoveForm(services, ref, to)));
}

function refTo(incident: string, step: string): StepRef {
  return { incident, step, attempt: 1, hash: '' };
}
