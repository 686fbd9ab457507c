import { mayReopen } from '../../../incidents/charge/reopen.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import { chooseIncidentFormId, type StepRef } from '../../ids.ts';
import { type FormContent, formView } from '../../views/form.ts';
import type { ListenerServices } from '../answer.ts';

/** Newest first; a list in Slack has room for 100. */
const maxListed = 50;

interface ChooseIncidentForm extends FormContent {
  readonly incident: (answers: Readonly<Record<string, string>>) => string;
}

/** The incidents that a command may be about. */
interface Choice {
  readonly which: 'open' | 'all';
  readonly fits: (incident: Incident, now: number) => boolean;
  readonly asks: string;
  readonly none: string;
}

const anyOpen: Choice = {
  which: 'open',
  fits: () => true,
  asks: 'Which incident do you mean?',
  none: 'There is no open incident.',
};
/** By the word of the command; all others are about the open incidents. */
const choices: Readonly<Record<string, Choice>> = {
  reopen: {
    which: 'all',
    fits: mayReopen,
    asks: 'Which incident do you mean? These were closed recently.',
    none: 'No incident was closed in the last 7 days.',
  },
  audit: {
    which: 'all',
    fits: () => true,
    asks: 'Whose audit trail do you want to read? That you read it is recorded.',
    none: 'There is no incident yet.',
  },
  show: {
    ...anyOpen,
    fits: ({ held }) => held !== undefined,
    asks: 'Which thread do you want to open? A maintenance window or a silence holds these back.',
    none: 'No incident is held back.',
  },
};

function choiceFor(move: string): Choice {
  return choices[move] ?? anyOpen;
}

/** Asks which incident a command without one is about. */
export async function chooseIncidentForm(
  { store, clock }: Pick<ListenerServices, 'store' | 'clock'>,
  move: string,
): Promise<ChooseIncidentForm> {
  const { which, fits, asks } = choiceFor(move);
  const loaded = await Promise.all((await store.ids(which)).slice(0, maxListed).map((id) => store.load(id)));
  const fitting = loaded.filter((one) => fits(one, clock.now()));
  const labels = fitting.map(({ id, job }) => `${id}: ${job}`);
  return {
    title: 'Choose an incident',
    asks,
    fields: [{ key: 'incident', label: 'Incident', kind: 'choice', choices: labels }],
    problems: ({ incident = '' }) => (labels.includes(incident) ? {} : { incident: 'Choose one.' }),
    incident: ({ incident = '' }) => fitting[labels.indexOf(incident)]?.id ?? '',
  };
}

/** Opens the form for a command without an incident; returns why there is nothing to choose. */
export async function openChooser(
  services: ListenerServices,
  move: string,
  { trigger, channel }: { readonly trigger: string; readonly channel: string },
): Promise<string | undefined> {
  const form = await chooseIncidentForm(services, move);
  if ((form.fields[0]?.choices ?? []).length === 0) return choiceFor(move).none;
  const ref: StepRef = { incident: 'none', step: move, attempt: 1, hash: '' };
  const view = formView(ref, form, { id: chooseIncidentFormId, thread: undefined, channel });
  await services.client.views.open({ trigger_id: trigger, view });
  return undefined;
}
