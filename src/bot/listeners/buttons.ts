import type { App } from '@slack/bolt';
import { type ListenerServices, onButton, onDecision, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { openForm, stepForm } from '../clicks/step-form.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds, formId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { offerNamed } from '../views/step/offers.ts';

const offers = new RegExp(`^(?:${actionIds.offer}|${actionIds.offerOther})$`);

/** The buttons of a step's message that decide something: approve, try again, open its form. */
export function listenForButtons(app: App, services: ListenerServices): void {
  const { intents, store } = services;
  onDecision(app, services, actionIds.approve, intents.approve);
  onDecision(app, services, actionIds.retry, intents.retry);
  onButton(app, services, actionIds.form, async (ref, { requester, trigger, target }) =>
    openForm(services, ref, requester, { trigger, thread: target.thread }),
  );
  onDecision(app, services, offers, async (ref, requester) => {
    // Throws if Redis has lost the incident, which is another answer than an old copy.
    await store.load(ref.incident);
    const form = await stepForm(services, ref);
    const offer = form && offerNamed(form.offers, ref.hash);
    if (form === undefined || offer === undefined) return { kind: 'old-copy' };
    return intents.fillIn(ref, requester, 'answer', { role: form.approver, answers: offer.answers });
  });
  onSubmission(app, services, formId, {
    formOf: (ref) => stepForm(services, ref),
    record: (ref, requester, form, answers) =>
      intents.fillIn(ref, requester, form.purpose, { role: form.approver, answers }),
  });
}

/** Buttons from other versions of Relight: without an answer the person would see Slack's error sign. */
export function listenForUnknown(app: App, services: ListenerServices): void {
  const known = Object.values(actionIds).join('|');
  app.action(new RegExp(`^(?!(?:${known})$)`), async ({ ack, body }) => {
    await ack();
    await tell(services, readClick(body).target, unknownButton);
  });
}
