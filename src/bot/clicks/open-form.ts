import type { StepRef } from '../ids.ts';
import { formView } from '../views/form.ts';
import type { ListenerParts } from './answer.ts';
import type { Asker, Outcome } from './outcome-form.ts';
import { formOf } from './step-form.ts';

/** Opens the form of a step; answers with what keeps it shut. The same for the button and the command. */
export async function openForm(
  parts: ListenerParts,
  ref: StepRef,
  asker: Asker,
  to: { readonly trigger: string; readonly thread: string | undefined },
): Promise<Outcome | undefined> {
  const form = await formOf(parts, ref);
  const { purpose, approver } = form ?? { purpose: 'answer', approver: 'production-approver' };
  const outcome = await parts.intents.mayFillIn(ref, asker, purpose, approver);
  if (outcome !== undefined) return outcome;
  if (form === undefined) return { kind: 'not-current' };
  // The trigger lives for 3 s: https://docs.slack.dev/surfaces/modals#opening_modals
  await parts.client.views.open({ trigger_id: to.trigger, view: formView(ref, form, to) });
  return undefined;
}
