import type { App } from '@slack/bolt';
import { type ListenerServices, onButton, onDecision } from '../clicks/answer.ts';
import { openSnoozeForm, snoozeForm } from '../clicks/snooze-form.ts';
import { takeSubmission } from '../clicks/submission.ts';
import { actionIds, snoozeFormId } from '../ids.ts';

/** The card's button that silences new threads, its form, and the button that ends the silence. */
export function listenForSnoozes(app: App, services: ListenerServices): void {
  const { intents, store } = services;
  onButton(app, services, actionIds.snooze, async (ref, { trigger, target }) =>
    openSnoozeForm(services, ref, { trigger, thread: target.thread }),
  );
  onDecision(app, services, actionIds.endSnooze, intents.endSilence);
  app.view(snoozeFormId, async (call) =>
    takeSubmission(services, call, {
      formOf: async ({ incident }) => snoozeForm(await store.load(incident)),
      record: async ({ ref, requester, form, answers }) =>
        intents.silence(ref, requester, form.wish(answers)),
    }),
  );
}
