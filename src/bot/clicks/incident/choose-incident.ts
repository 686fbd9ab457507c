import { mayReopen } from '../../../incidents/charge/reopen.ts';
import { chooseIncidentFormId, type StepRef } from '../../ids.ts';
import { type FormContent, formView } from '../../views/form.ts';
import type { ListenerServices } from '../answer.ts';

/** Newest first; a list in Slack has room for 100. */
const maxListed = 50;

interface ChooseIncidentForm extends FormContent {
  readonly incident: (answers: Readonly<Record<string, string>>) => string;
}

/** Asks which incident a command without one is about. */
export async function chooseIncidentForm(
  { store, clock }: Pick<ListenerServices, 'store' | 'clock'>,
  move: string,
): Promise<ChooseIncidentForm> {
  const which = move === 'reopen' ? 'all' : 'open';
  const loaded = await Promise.all((await store.ids(which)).slice(0, maxListed).map((id) => store.load(id)));
  const fitting = move === 'reopen' ? loaded.filter((one) => mayReopen(one, clock.now())) : loaded;
  const choices = fitting.map(({ id, job }) => `${id}: ${job}`);
  return {
    title: 'Choose an incident',
    asks:
      move === 'reopen'
        ? 'Which incident do you mean? These were closed recently.'
        : 'Which incident do you mean?',
    fields: [{ key: 'incident', label: 'Incident', kind: 'choice', choices }],
    problems: ({ incident = '' }) => (choices.includes(incident) ? {} : { incident: 'Choose one.' }),
    incident: ({ incident = '' }) => fitting[choices.indexOf(incident)]?.id ?? '',
  };
}

/** Opens the form for a command without an incident; false if there is none to choose. */
export async function openChooser(
  services: ListenerServices,
  move: string,
  trigger: string,
): Promise<boolean> {
  const form = await chooseIncidentForm(services, move);
  if ((form.fields[0]?.choices ?? []).length === 0) return false;
  const ref: StepRef = { incident: 'none', step: move, attempt: 1, hash: '' };
  const view = formView(ref, form, { id: chooseIncidentFormId, thread: undefined });
  await services.client.views.open({ trigger_id: trigger, view });
  return true;
}
