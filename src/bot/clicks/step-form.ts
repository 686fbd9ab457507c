import { answerProblems, fieldsAt } from '../../incidents/answer-problems.ts';
import { isUnresolved } from '../../incidents/choose-playbook.ts';
import { isGone } from '../../incidents/journal/transactions.ts';
import { type Incident, runOf } from '../../incidents/model/incident.ts';
import type { Answers, ManualStep, Offer, Playbook, Step } from '../../playbooks/define.ts';
import { holdsSecret } from '../../sanitize/redaction.ts';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import { type FormContent, formView } from '../views/form.ts';
import type { ListenerServices } from './answer.ts';
import type { ClickResponse, Requester } from './click.ts';
import type { FormPurpose } from './intents.ts';

/** The form of a step: a manual step's questions, or other values for a proposal. */
export interface StepForm extends FormContent, Pick<ManualStep, 'approver'> {
  readonly purpose: FormPurpose;
  /** Answers that a button gives without the form. */
  readonly offers?: readonly Offer[];
}

/** Opens the form of a step; returns why it cannot be opened. Used by the button and the command. */
export async function openForm(
  services: ListenerServices,
  ref: StepRef,
  requester: Requester,
  to: { readonly trigger: string; readonly thread: string | undefined },
): Promise<ClickResponse | undefined> {
  const form = await stepForm(services, ref);
  const { purpose, approver } = form ?? { purpose: 'answer', approver: 'production-approver' };
  const result = await services.intents.mayFillIn(ref, requester, purpose, approver);
  if (result !== undefined) return result;
  if (form === undefined) return { kind: 'not-current' };
  // The trigger lives for 3 s: https://docs.slack.dev/surfaces/modals#opening_modals
  await services.client.views.open({ trigger_id: to.trigger, view: formView(ref, form, to) });
  return undefined;
}

/** Undefined if the step has no form, or the incident does not exist. */
export async function stepForm(
  services: FormServices & { readonly store: Pick<BotServices['store'], 'load'> },
  ref: StepRef,
): Promise<StepForm | undefined> {
  try {
    const incident = await services.store.load(ref.incident);
    const playbook = services.catalog.get(incident.playbook ?? '');
    // The closing questions wait until the incident's outcome is known.
    if (playbook === undefined || isUnresolved(incident, playbook)) return undefined;
    const step = playbook.stepsIn(runOf(incident))?.find(({ key }) => key === ref.step);
    if (step === undefined) return undefined;
    return step.kind === 'action'
      ? adjustForm(step, incident)
      : answerForm(incident, { playbook, step }, services);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

type FormServices = Pick<BotServices, 'catalog' | 'clock'>;

function answerForm(
  incident: Incident,
  asked: { readonly playbook: Playbook; readonly step: Extract<Step, { kind: 'manual' }> },
  { catalog, clock }: FormServices,
): StepForm {
  const { manual, offers } = asked.step;
  return {
    ...manual,
    purpose: 'answer',
    fields: fieldsAt(manual, clock.now()),
    offers: offers?.(runOf(incident).results) ?? [],
    problems: (answers) => answerProblems(incident, asked, answers, { catalog, now: clock.now() }),
  };
}

/** Relight keeps only hashes of secrets and reads the values from the job again, which a typed value does not allow. */
const noSecrets =
  'This contains a secret, and forms are kept in the journal. Put secrets into the job’s environment or AWS Secrets Manager.';

function adjustForm(step: Extract<Step, { kind: 'action' }>, incident: Incident): StepForm | undefined {
  const { action } = step;
  if (action.effect !== 'change' || action.adjust === undefined) return undefined;
  const { adjust, title } = action;
  const found = step.inputFor(runOf(incident).results);
  const before = adjust.apply(found, incident.adjusted[step.key] ?? {});
  return {
    title,
    asks: adjust.asks,
    approver: 'responder',
    fields: adjust.fields('wrong' in before ? found : before.input),
    purpose: 'adjust',
    problems: (answers: Answers) => {
      const secret = Object.keys(answers).find((key) => holdsSecret(answers[key] ?? ''));
      if (secret !== undefined) return { [secret]: noSecrets };
      const adjusted = adjust.apply(found, answers);
      return 'wrong' in adjusted ? { [adjusted.field]: adjusted.wrong } : {};
    },
  };
}
