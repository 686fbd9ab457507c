import type { App } from '@slack/bolt';
import { z } from 'zod';
import { type ListenerServices, onButton, onDecision, replyAndAdvance } from '../clicks/answer.ts';
import type { ClickResponse, Requester } from '../clicks/click.ts';
import { chooseIncidentForm } from '../clicks/incident/choose-incident.ts';
import { closeRequest } from '../clicks/incident/close-request.ts';
import {
  closeFormOf,
  handOverForm,
  isFormMove,
  moveFormIds,
  moveView,
  openMoveForm,
  pauseForm,
  reopenForm,
} from '../clicks/incident/incident-forms.ts';
import { linkDuplicates } from '../clicks/incident/link-duplicates.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds, chooseIncidentFormId, type StepRef } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';
import { FormMemo, readAnswers } from '../views/form.ts';

/** The moves on an incident as a whole: the buttons and the menu of the card, and their forms. */
export function listenForIncidentMoves(app: App, services: ListenerServices): void {
  const { intents } = services;
  onDecision(app, services, actionIds.take, intents.take);
  onDecision(app, services, actionIds.unpause, intents.unpause);
  onDecision(app, services, actionIds.allowAttempt, intents.allowAttempt);
  onDecision(app, services, actionIds.acknowledge, intents.acknowledge);
  onDecision(app, services, actionIds.callHelp, intents.callHelp);
  for (const action of [actionIds.moreMoves, actionIds.reopen])
    onButton(app, services, action, async (ref, { trigger, target }) => {
      const { step } = ref;
      if (!isFormMove(step)) return oldCopy(services, ref);
      return openMoveForm(services, { ...ref, step }, { trigger, thread: target.thread });
    });
  listenForForms(app, services);
  listenForChoices(app, services);
}

/** Throws `incident-unknown` if the incident was lost, which needs another answer. */
async function oldCopy({ store }: ListenerServices, { incident }: StepRef): Promise<ClickResponse> {
  await store.load(incident);
  return { kind: 'old-copy' };
}

function listenForForms(app: App, services: ListenerServices): void {
  const { intents, store } = services;
  onSubmission(app, services, moveFormIds['hand-over'], {
    formOf: async () => handOverForm,
    record: (ref, requester, _form, { to = '' }) => intents.handOver(ref, requester, to),
  });
  onSubmission(app, services, moveFormIds.pause, {
    formOf: async () => pauseForm,
    record: (ref, requester, _form, { why = '' }) => intents.pause(ref, requester, why),
  });
  onSubmission(app, services, moveFormIds.reopen, {
    formOf: async () => reopenForm,
    record: (ref, requester, _form, { why = '' }) => intents.reopen(ref, requester, why),
  });
  onSubmission(app, services, moveFormIds.close, {
    formOf: async ({ incident }) => closeFormOf(services, await store.load(incident)),
    record: async (ref, requester, form, answers) => {
      const chosen = form.chosen(answers);
      const request = await closeRequest(services, chosen);
      if ('kind' in request) return request;
      const result = await intents.close(ref, requester, request);
      if (chosen.outcome === 'duplicate' && result.kind === 'recorded')
        void linkDuplicates(services, ref.incident, chosen.into);
      return result;
    },
  });
}

const Chosen = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({ private_metadata: z.string(), state: z.object({ values: z.unknown() }) }),
});

/** The form of a command that names no incident: it turns into the form of the move, or makes the move. */
function listenForChoices(app: App, services: ListenerServices): void {
  app.view(chooseIncidentFormId, async ({ ack, body }) => {
    const { user, view } = Chosen.parse(body);
    const { ref } = FormMemo.parse(view.private_metadata);
    const form = await chooseIncidentForm(services, ref.step);
    const { answers, errors } = readAnswers(form, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const chosen: StepRef = { ...ref, incident: form.incident(answers) };
    const channel = services.settings.incident_channel;
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    if (!isFormMove(chosen.step)) {
      const result = await moveAtOnce(services, chosen, requester);
      await ack();
      return replyAndAdvance(services, chosen.incident, result, { user: user.id, channel });
    }
    const next = await moveView(services, { ...chosen, step: chosen.step }, undefined);
    if (!('kind' in next)) return ack({ response_action: 'update', view: outgoing(next) });
    await ack();
    return tell(services, { user: user.id, channel }, answerText(next));
  });
}

function moveAtOnce(
  { intents }: ListenerServices,
  ref: StepRef,
  requester: Requester,
): Promise<ClickResponse> {
  if (ref.step === 'ack') return intents.acknowledge(ref, requester);
  return ref.step === 'take' ? intents.take(ref, requester) : intents.unpause(ref, requester);
}
