import { whyNotClose } from '../../../incidents/charge/close.ts';
import { mayReopen } from '../../../incidents/charge/reopen.ts';
import type { ClickResult } from '../../../incidents/click-result.ts';
import { loadReadable } from '../../../incidents/journal/readable.ts';
import { isDrillId } from '../../../incidents/model/drills/drill-mark.ts';
import { type Incident, isEndKnown } from '../../../incidents/model/incident.ts';
import { closeFormId, handOverFormId, pauseFormId, reopenFormId, type StepRef } from '../../ids.ts';
import { type FormContent, formView } from '../../views/form.ts';
import type { ListenerServices } from '../answer.ts';
import type { ClickResponse } from '../click.ts';
import { closeForm } from './close-form.ts';

/** The moves on an incident that ask for something, by the word that their buttons and commands carry. */
export const formMoves = ['hand-over', 'pause', 'close', 'reopen'] as const;
export type FormMove = (typeof formMoves)[number];

export const moveFormIds: Readonly<Record<FormMove, string>> = {
  'hand-over': handOverFormId,
  pause: pauseFormId,
  close: closeFormId,
  reopen: reopenFormId,
};

export function isFormMove(word: string): word is FormMove {
  return formMoves.some((move) => move === word);
}

const noProblems: FormContent['problems'] = () => ({});

export const handOverForm: FormContent = {
  title: 'Hand over',
  asks: 'The new responder is mentioned in the thread. Choose someone who may respond: a responder or a lead.',
  fields: [{ key: 'to', label: 'New responder', kind: 'person' }],
  problems: noProblems,
};

export const pauseForm: FormContent = {
  title: 'Pause the incident',
  asks:
    'No new step starts until someone resumes it. What already runs in AWS is followed to its end, and the RTO clock ' +
    'keeps running.',
  fields: [{ key: 'why', label: 'Why', kind: 'text', hint: 'Shown on the card and in the audit trail.' }],
  problems: noProblems,
};

export const reopenForm: FormContent = {
  title: 'Reopen the incident',
  asks: 'It continues in the same thread and on the same clock, as the next attempt. The playbook starts again.',
  fields: [{ key: 'why', label: 'Why', kind: 'text', hint: 'Shown on the card and in the audit trail.' }],
  problems: noProblems,
};

/** The other open incidents that a person may name, the newest first. */
const maxOthers = 50;

export async function closeFormOf(
  { store }: Pick<ListenerServices, 'store'>,
  incident: Incident,
): Promise<ReturnType<typeof closeForm>> {
  const open = (await store.ids('open')).filter((id) => id !== incident.id && !isDrillId(id));
  const ids = incident.drill === undefined ? open.slice(0, maxOthers) : [];
  return closeForm(incident, (await loadReadable(store, ids)).incidents);
}

/** Why the form cannot be opened now; undefined if it can. The role is checked when the form is submitted. */
function whyNot(move: FormMove, incident: Incident, now: number): ClickResult | undefined {
  const { closed, paused } = incident;
  if (move === 'close') return whyNotClose(incident);
  if (move === 'reopen') {
    if (closed === undefined) return isEndKnown(incident) ? undefined : { kind: 'not-over' };
    return mayReopen(incident, now) ? undefined : { kind: 'closed', ...closed };
  }
  if (closed !== undefined) return { kind: 'closed', ...closed };
  return move === 'pause' && paused !== undefined ? { kind: 'paused', ...paused } : undefined;
}

const plainForms = { 'hand-over': handOverForm, pause: pauseForm, reopen: reopenForm } as const;

/** The view of a move's form, or why it cannot be opened. */
export async function moveView(
  services: ListenerServices,
  ref: StepRef & { readonly step: FormMove },
  thread: string | undefined,
): Promise<ReturnType<typeof formView> | ClickResponse> {
  const incident = await services.store.load(ref.incident);
  const unavailable = whyNot(ref.step, incident, services.clock.now());
  if (unavailable !== undefined) return unavailable;
  const form = ref.step === 'close' ? await closeFormOf(services, incident) : plainForms[ref.step];
  return formView(ref, form, { id: moveFormIds[ref.step], thread });
}

/** Opens the form of a move; returns why it cannot be opened. */
export async function openMoveForm(
  services: ListenerServices,
  ref: StepRef & { readonly step: FormMove },
  to: { readonly trigger: string; readonly thread: string | undefined },
): Promise<ClickResponse | undefined> {
  const view = await moveView(services, ref, to.thread);
  if ('kind' in view) return view;
  await services.client.views.open({ trigger_id: to.trigger, view });
  return undefined;
}
