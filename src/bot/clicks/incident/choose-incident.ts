import { mayReopen } from '../../../incidents/charge/reopen.ts';
import { loadReadable } from '../../../incidents/journal/readable.ts';
import { highestCalled } from '../../../incidents/model/calls/escalation-states.ts';
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

const anyOpen = {
  which: 'open',
  fits: () => true,
  none: 'There is no open incident.',
} as const;
/** By the word of the command. */
const choices: Readonly<Record<string, Choice>> = {
  take: { ...anyOpen, asks: 'Which incident do you take? You become its responder.' },
  'hand-over': { ...anyOpen, asks: 'Which incident do you hand over? The next form asks to whom.' },
  close: { ...anyOpen, asks: 'Which incident do you close? The next form asks how it ended.' },
  silence: {
    ...anyOpen,
    asks: 'Which incident? New threads like it are silenced for a while. If they are already, that ends.',
  },
  step: { ...anyOpen, asks: 'In which incident? Relight then says which step it is at and what to send.' },
  pause: {
    ...anyOpen,
    fits: ({ paused }) => paused === undefined,
    asks: 'Which incident do you pause? The next form asks why.',
    none: 'No incident is open that is not paused.',
  },
  resume: {
    ...anyOpen,
    fits: ({ paused }) => paused !== undefined,
    asks: 'Which incident do you resume?',
    none: 'No incident is paused.',
  },
  ack: {
    ...anyOpen,
    fits: ({ called }) => highestCalled(called) !== undefined,
    asks: 'The call about which incident do you acknowledge?',
    none: 'Nobody was called about an open incident, so there is nothing to acknowledge.',
  },
  reopen: {
    which: 'all',
    fits: mayReopen,
    asks: 'Which incident do you reopen? These were closed in the last 7 days.',
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
  return choices[move] ?? { ...anyOpen, asks: 'Which incident do you mean?' };
}

/** Asks which incident a command without one is about. */
export async function chooseIncidentForm(
  { store, clock }: Pick<ListenerServices, 'store' | 'clock'>,
  move: string,
): Promise<ChooseIncidentForm> {
  const { which, fits, asks } = choiceFor(move);
  const { incidents } = await loadReadable(store, (await store.ids(which)).slice(0, maxListed));
  const fitting = incidents.filter((one) => fits(one, clock.now()));
  const labels = fitting.map(({ id, job }) => `${id}: ${job}`);
  const [only, ...others] = labels;
  const initial = others.length === 0 ? only : undefined;
  return {
    title: 'Choose an incident',
    asks,
    fields: [
      {
        key: 'incident',
        label: 'Incident',
        kind: 'choice',
        choices: labels,
        ...(initial !== undefined && { initial }),
      },
    ],
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
