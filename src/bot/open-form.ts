import { OpsError } from '../errors.ts';
import type { ManualStep } from '../playbooks/define.ts';
import type { StepRef } from './ids.ts';
import type { Asker, Outcome } from './intents.ts';
import type { ListenerParts } from './listeners/listener.ts';
import { formView } from './views/form.ts';

/** Opens the form of a manual step; answers with what keeps it shut. The same for the button and the command. */
export async function openForm(
  parts: ListenerParts,
  ref: StepRef,
  asker: Asker,
  to: { readonly trigger: string; readonly thread: string | undefined },
): Promise<Outcome | undefined> {
  const manual = await manualStep(parts, ref);
  const outcome = await parts.intents.mayAnswer(ref, asker, manual?.approver ?? 'production-approver');
  if (outcome !== undefined) return outcome;
  if (manual === undefined) return { kind: 'not-current' };
  // The trigger lives for 3 s: https://docs.slack.dev/surfaces/modals#opening_modals
  await parts.client.views.open({ trigger_id: to.trigger, view: formView(ref, manual, to.thread) });
  return undefined;
}

/** Undefined where the step is none that a person answers, or there is no such incident. */
export async function manualStep(
  { store, catalog }: Pick<ListenerParts, 'store' | 'catalog'>,
  ref: StepRef,
): Promise<ManualStep | undefined> {
  try {
    const { playbook } = await store.load(ref.incident);
    const step = catalog.get(playbook ?? '')?.steps.find(({ key }) => key === ref.step);
    return step?.kind === 'manual' ? step.manual : undefined;
  } catch (error) {
    if (error instanceof OpsError && error.code === 'incident-unknown') return undefined;
    throw error;
  }
}
