import type { App } from '@slack/bolt';
import { type ListenerServices, onButton, onDecision } from '../clicks/answer.ts';
import { silenceForm, silenceView } from '../clicks/silence-form.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds, silenceFormId } from '../ids.ts';

/** The card's button that silences new threads, its form, and the button that ends the silence. */
export function listenForSilences(app: App, services: ListenerServices): void {
  const { intents, store } = services;
  onButton(app, services, actionIds.silence, async (ref, { trigger, target }) => {
    const view = await silenceView(services, ref, target.thread);
    if ('kind' in view) return view;
    await services.client.views.open({ trigger_id: trigger, view });
    return undefined;
  });
  onDecision(app, services, actionIds.endSilence, intents.endSilence);
  onSubmission(app, services, silenceFormId, {
    formOf: async ({ incident }) => silenceForm(await store.load(incident)),
    record: (ref, requester, form, answers) => intents.silence(ref, requester, form.request(answers)),
  });
}
