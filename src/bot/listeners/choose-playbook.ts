import type { App } from '@slack/bolt';
import { type ListenerServices, onButton, onDecision } from '../clicks/answer.ts';
import { choosePlaybookForm, outcomeForm } from '../clicks/playbook-forms.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds, choosePlaybookFormId, outcomeFormId, type StepRef } from '../ids.ts';
import { type FormContent, formView } from '../views/form.ts';

/** The buttons for a playbook that cannot continue on its own, and their forms. */
export function listenForPlaybookChoices(app: App, services: ListenerServices): void {
  const { store, catalog, intents } = services;
  const formsFor = {
    choose: async ({ incident }: StepRef) => choosePlaybookForm(await store.load(incident), catalog),
    outcome: async ({ incident }: StepRef) => outcomeForm(await store.load(incident)),
  };
  const starts = new RegExp(`^(?:${actionIds.startPlaybook}|${actionIds.startOther})$`);
  onDecision(app, services, starts, (ref, requester) => intents.startPlaybook(ref, requester, ref.step));
  openOn(app, services, actionIds.choosePlaybook, choosePlaybookFormId, formsFor.choose);
  openOn(app, services, actionIds.tellOutcome, outcomeFormId, formsFor.outcome);
  onSubmission(app, services, choosePlaybookFormId, {
    formOf: formsFor.choose,
    record: (ref, requester, form, answers) => intents.startPlaybook(ref, requester, form.playbook(answers)),
  });
  onSubmission(app, services, outcomeFormId, {
    formOf: formsFor.outcome,
    record: (ref, requester, form, answers) => intents.reportEnd(ref, requester, form.report(answers)),
  });
}

/** The role is checked when the form is submitted: it depends on what the person chooses. */
function openOn(
  app: App,
  services: ListenerServices,
  action: string,
  id: string,
  formOf: (ref: StepRef) => Promise<FormContent>,
): void {
  onButton(app, services, action, async (ref, { trigger, target }) => {
    const view = formView(ref, await formOf(ref), { id, thread: target.thread });
    await services.client.views.open({ trigger_id: trigger, view });
    return undefined;
  });
}
