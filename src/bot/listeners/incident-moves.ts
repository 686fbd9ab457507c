import type { App } from '@slack/bolt';
import { type ListenerServices, onButton, onDecision } from '../clicks/answer.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { closeRequest } from '../clicks/incident/close-request.ts';
import {
  closeFormOf,
  handOverForm,
  isFormMove,
  moveFormIds,
  openMoveForm,
  pauseForm,
  reopenForm,
} from '../clicks/incident/incident-forms.ts';
import { linkDuplicates } from '../clicks/incident/link-duplicates.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds, type StepRef } from '../ids.ts';

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
