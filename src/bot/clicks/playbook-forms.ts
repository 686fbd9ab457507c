import { type ReportedEnd, reportedEnds } from '../../incidents/choose-playbook.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Answers } from '../../playbooks/define.ts';
import type { Asked } from '../views/form.ts';

interface ChooseForm extends Asked {
  /** The id of the playbook that was chosen; the form has made sure that there is one. */
  readonly playbook: (answers: Answers) => string;
}

/** Every playbook that could be about what broke: a job has no use for those of an endpoint, nor the other way round. */
export function choosePlaybookForm(
  incident: Pick<Incident, 'kind'>,
  catalog: Pick<Catalog, 'list'>,
): ChooseForm {
  const endpoint = incident.kind === 'model_degraded';
  const fitting = catalog.list.filter(
    ({ playbook: { handles } }) => handles.includes('model_degraded') === endpoint,
  );
  const choices = fitting.map(({ id, playbook }) => `${playbook.title} (${id})`);
  const chosen = ({ playbook = '' }: Answers): string | undefined => fitting[choices.indexOf(playbook)]?.id;
  return {
    title: 'Choose a playbook',
    asks: 'It takes over in this thread, on the same clock. Nothing is sent to AWS before it is approved.',
    fields: [{ key: 'playbook', label: 'Playbook', kind: 'choice', choices }],
    problems: (answers) => (chosen(answers) === undefined ? { playbook: 'Choose one.' } : {}),
    playbook: (answers) => chosen(answers) ?? '',
  };
}

interface OutcomeForm extends Asked {
  readonly told: (answers: Answers) => { readonly end: ReportedEnd; readonly why: string };
}

export function outcomeForm({ kind }: Pick<Incident, 'kind'>): OutcomeForm {
  const again = kind === 'model_degraded' ? 'A good version is served again' : 'It trains again';
  const words = {
    'trains-again': again,
    'not-needed': 'Nothing more is needed',
    'given-up': 'It was given up',
  };
  const ends = Object.keys(reportedEnds).filter((key): key is ReportedEnd => key in reportedEnds);
  const chosen = ({ outcome }: Answers): ReportedEnd | undefined =>
    ends.find((end) => words[end] === outcome);
  return {
    title: 'How it ended',
    asks: 'The clock stops, the open step is not done any more, and what is left is to write it down.',
    fields: [
      { key: 'outcome', label: 'Outcome', kind: 'choice', choices: ends.map((end) => words[end]) },
      {
        key: 'why',
        label: 'How, or why',
        kind: 'text',
        hint: 'It stands on the card and in the audit trail.',
      },
    ],
    problems: (answers) => (chosen(answers) === undefined ? { outcome: 'Choose one.' } : {}),
    told: (answers) => ({ end: chosen(answers) ?? 'not-needed', why: answers['why'] ?? '' }),
  };
}
