import type { App } from '@slack/bolt';
import { type ListenerServices, onButton, onDecision } from '../clicks/answer.ts';
import { moveForm, moveFormIds, openMoveForm } from '../clicks/step-move-forms.ts';
import { askedMoves } from '../clicks/step-move-intents.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds } from '../ids.ts';

/** The buttons and forms that decline, skip or cancel a step, or go back to an earlier one. */
export function listenForStepMoves(app: App, services: ListenerServices): void {
  const { intents } = services;
  for (const move of askedMoves) {
    onButton(app, services, actionIds[move], async (ref, { requester, trigger, target }) =>
      openMoveForm(services, move, ref, requester, { trigger, thread: target.thread }),
    );
    onSubmission(app, services, moveFormIds[move], {
      formOf: (ref) => moveForm(services, move, ref),
      record: (ref, requester, form, answers) => intents.move(ref, requester, move, form.typed(answers)),
    });
  }
  onDecision(app, services, actionIds.cancel, intents.cancel);
  onDecision(app, services, actionIds.keep, intents.keep);
  onDecision(app, services, actionIds.hold, intents.hold);
  onDecision(app, services, actionIds.stopJob, intents.askToStop);
}
