import { earlierSteps } from '../../incidents/reroute.ts';
import { titleOf } from '../../playbooks/define/steps.ts';
import type { Answers } from '../../playbooks/define.ts';
import { declineFormId, goBackFormId, type StepRef, skipFormId } from '../ids.ts';
import type { BotServices } from '../services.ts';
import { type FormContent, formView } from '../views/form.ts';
import type { ListenerServices } from './answer.ts';
import type { ClickResponse, Requester } from './click.ts';
import type { AskedMove } from './step-move-intents.ts';

/** Long enough for two or three sentences. */
export const maxReason = 300;

export interface MoveForm extends FormContent {
  /** The reason, or the key of the step that was chosen. */
  readonly typed: (answers: Answers) => string;
}

export const moveFormIds = {
  decline: declineFormId,
  skip: skipFormId,
  goBack: goBackFormId,
} as const satisfies Record<AskedMove, string>;

const words = {
  decline: {
    title: 'Decline the request',
    asks: 'Nothing is sent to AWS. Those who asked for it or have approved it are told, and the step offers what can come next.',
  },
  skip: {
    title: 'Skip the step',
    asks: 'No later step and no change relies on this step. The playbook continues without it.',
  },
  goBack: {
    title: 'Go back',
    asks: 'The steps from there on run again. The current request and its approvals are discarded, and a new one is built.',
  },
} as const;

export async function moveForm(
  { store, catalog }: Pick<BotServices, 'store' | 'catalog'>,
  move: AskedMove,
  { incident: id }: Pick<StepRef, 'incident'>,
): Promise<MoveForm> {
  if (move !== 'goBack') return reasonForm(words[move]);
  const incident = await store.load(id);
  const steps = earlierSteps(incident, catalog.get(incident.playbook ?? ''));
  const choices = steps.map((step) => `${titleOf(step)} (${step.key})`);
  const chosen = ({ step = '' }: Answers): string | undefined => steps[choices.indexOf(step)]?.key;
  return {
    ...words.goBack,
    fields: [{ key: 'step', label: 'Run again from', kind: 'choice', choices }],
    problems: (answers) => (chosen(answers) === undefined ? { step: 'Choose one.' } : {}),
    typed: (answers) => chosen(answers) ?? '',
  };
}

function reasonForm(about: Pick<FormContent, 'title' | 'asks'>): MoveForm {
  return {
    ...about,
    fields: [
      {
        key: 'reason',
        label: 'Reason',
        kind: 'text',
        hint: 'Shown in the thread, the postmortem and the audit trail.',
        maxLength: maxReason,
      },
    ],
    problems: ({ reason = '' }) =>
      reason.length > maxReason ? { reason: `At most ${maxReason} characters.` } : {},
    typed: ({ reason = '' }) => reason,
  };
}

/** Opens the form of a move; returns why it cannot be opened. Used by the button and the command. */
export async function openMoveForm(
  services: ListenerServices,
  move: AskedMove,
  ref: StepRef,
  requester: Requester,
  to: { readonly trigger: string; readonly thread: string | undefined },
): Promise<ClickResponse | undefined> {
  const result = await services.intents.mayMove(ref, requester, move);
  if (result !== undefined) return result;
  const view = formView(ref, await moveForm(services, move, ref), {
    id: moveFormIds[move],
    thread: to.thread,
  });
  // The trigger lives for 3 s: https://docs.slack.dev/surfaces/modals#opening_modals
  await services.client.views.open({ trigger_id: to.trigger, view });
  return undefined;
}
