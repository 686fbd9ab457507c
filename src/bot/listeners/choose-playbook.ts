import type { App } from '@slack/bolt';
import { follow, type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { choosePlaybookForm, outcomeForm } from '../clicks/playbook-forms.ts';
import { takeSubmission } from '../clicks/submission.ts';
import { actionIds, choosePlaybookFormId, outcomeFormId, type StepRef } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { type Asked, formView } from '../views/form.ts';

/** The buttons that stand where a playbook cannot go on by itself, and their forms. */
export function listenForWaysOn(app: App, parts: ListenerParts): void {
  const formsFor = {
    choose: async ({ incident }: StepRef) =>
      choosePlaybookForm(await parts.store.load(incident), parts.catalog),
    outcome: async ({ incident }: StepRef) => outcomeForm(await parts.store.load(incident)),
  };
  app.action(
    new RegExp(`^(?:${actionIds.startPlaybook}|${actionIds.startOther})$`),
    async ({ ack, body }) => {
      const { asker, place, ref } = readClick(body);
      const outcome = ref && (await parts.intents.startPlaybook(ref, asker, ref.step));
      await ack();
      if (ref === undefined || outcome === undefined) return tell(parts, place, unknownButton);
      return follow(parts, ref.incident, outcome, place);
    },
  );
  openOn(app, parts, actionIds.choosePlaybook, choosePlaybookFormId, formsFor.choose);
  openOn(app, parts, actionIds.tellOutcome, outcomeFormId, formsFor.outcome);
  app.view(choosePlaybookFormId, async (call) =>
    takeSubmission(parts, call, {
      formOf: formsFor.choose,
      record: async ({ ref, asker, form, answers }) =>
        parts.intents.startPlaybook(ref, asker, form.playbook(answers)),
    }),
  );
  app.view(outcomeFormId, async (call) =>
    takeSubmission(parts, call, {
      formOf: formsFor.outcome,
      record: async ({ ref, asker, form, answers }) =>
        parts.intents.tellOutcome(ref, asker, form.told(answers)),
    }),
  );
}

/** Whether they may is asked once it is known what they want. */
function openOn(
  app: App,
  parts: ListenerParts,
  action: string,
  id: string,
  formOf: (ref: StepRef) => Promise<Asked>,
): void {
  app.action(action, async ({ ack, body }) => {
    await ack();
    const { place, trigger, ref } = readClick(body);
    if (ref === undefined) return tell(parts, place, unknownButton);
    const view = formView(ref, await formOf(ref), { id, thread: place.thread });
    await parts.client.views.open({ trigger_id: trigger, view });
  });
}
