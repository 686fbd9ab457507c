import { type ReportedEnd, reportedEnds } from '../../incidents/choose-playbook.ts';
import { switchInWords } from '../../incidents/discarded-work.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Answers } from '../../playbooks/define.ts';
import type { FormContent } from '../views/form.ts';
import { playbookTimes } from '../views/step/estimate-lines.ts';

interface ChooseForm extends FormContent {
  /** The id of the chosen playbook; the form has already checked that there is one. */
  readonly playbook: (answers: Answers) => string;
}

/** The playbooks that fit the incident: those for endpoints, or those for training jobs. */
export function choosePlaybookForm(incident: Incident, catalog: Pick<Catalog, 'list'>): ChooseForm {
  const endpoint = incident.kind === 'model_degraded';
  const fitting = catalog.list.filter(
    ({ playbook: { handles } }) => handles.includes('model_degraded') === endpoint,
  );
  const choices = fitting.map(({ id, playbook }) => `${playbook.title} (${id})`);
  const chosen = ({ playbook = '' }: Answers): string | undefined => fitting[choices.indexOf(playbook)]?.id;
  const times = playbookTimes(
    incident,
    fitting.map(({ id, playbook: { title } }) => ({ id, title })),
  );
  return {
    title: 'Choose a playbook',
    asks: `It takes over in this thread, on the same clock. ${incident.playbook === undefined ? 'Nothing is sent to AWS until it is approved.' : switchInWords(incident)} ${times}`.trim(),
    fields: [{ key: 'playbook', label: 'Playbook', kind: 'choice', choices }],
    problems: (answers) => (chosen(answers) === undefined ? { playbook: 'Choose one.' } : {}),
    playbook: (answers) => chosen(answers) ?? '',
  };
}

interface OutcomeForm extends FormContent {
  readonly report: (answers: Answers) => { readonly end: ReportedEnd; readonly why: string };
}

export function outcomeForm({ kind }: Pick<Incident, 'kind'>): OutcomeForm {
  const again =
    kind === 'model_degraded' ? 'A good version is being served again' : 'Training is running again';
  const words = {
    'trains-again': again,
    'not-needed': 'No further action is needed',
    'given-up': 'Recovery was abandoned',
  };
  const ends = Object.keys(reportedEnds).filter((key): key is ReportedEnd => key in reportedEnds);
  const chosen = ({ outcome }: Answers): ReportedEnd | undefined =>
    ends.find((end) => words[end] === outcome);
  return {
    title: 'How it ended',
    asks: 'The clock stops and the open step is dropped. The postmortem questions come next.',
    fields: [
      { key: 'outcome', label: 'Outcome', kind: 'choice', choices: ends.map((end) => words[end]) },
      {
        key: 'why',
        label: 'How or why',
        kind: 'text',
        hint: 'Shown on the card and in the audit trail.',
      },
    ],
    problems: (answers) => (chosen(answers) === undefined ? { outcome: 'Choose one.' } : {}),
    report: (answers) => ({ end: chosen(answers) ?? 'not-needed', why: answers['why'] ?? '' }),
  };
}
