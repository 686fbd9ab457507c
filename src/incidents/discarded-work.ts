import { counted } from '../in-words.ts';
import { currentStep, type Incident, stateOf } from './model/incident.ts';

/** What people did in the current playbook that another playbook would discard, as nouns; empty if there is nothing. */
export function discardedWork(incident: Incident): readonly string[] {
  const step = currentStep(incident);
  const state = step === undefined ? undefined : stateOf(incident, step);
  const approvals = state?.status === 'proposed' ? state.approvals.length : 0;
  const forms = incident.pinned.filter((key) => {
    const one = stateOf(incident, key);
    return one.status === 'done' && one.by !== undefined;
  });
  const chosen = step !== undefined && incident.adjusted[step] !== undefined;
  return [
    ...(state?.status === 'proposed' ? ['the open request'] : []),
    ...(approvals === 0 ? [] : [counted(approvals, 'approval')]),
    ...(chosen ? ['the values that were chosen for the request'] : []),
    ...(forms.length === 0 ? [] : [`the answers to ${counted(forms.length, 'form')}`]),
  ];
}

/** The question before another playbook takes over, in plain text. */
export function switchInWords(incident: Incident): string {
  const list = discardedWork(incident);
  const lost =
    list.length === 0
      ? 'The open step of the present playbook is dropped.'
      : `The open step of the present playbook is dropped. Also discarded: ${list.join(', ')}.`;
  return `${lost} Nothing in AWS is undone, and nothing is sent until it is approved.`;
}
