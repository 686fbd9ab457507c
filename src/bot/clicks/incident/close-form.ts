import { type CloseRequest, mayBeMistake } from '../../../incidents/charge/close.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { Answers } from '../../../playbooks/define.ts';
import { isJobName } from '../../../training-job/job-name.ts';
import type { FormContent, FormField } from '../../views/form.ts';

type Outcome = CloseRequest['outcome'];

interface CloseForm extends FormContent {
  readonly chosen: (answers: Answers) => ChosenClose;
}

/** What a person chose, before the job is looked up in AWS. */
export interface ChosenClose {
  readonly outcome: Outcome;
  /** The name of the job that took over; undefined if what failed is no single job. */
  readonly job: string | undefined;
  readonly into: string;
  readonly why: string;
}

const words: Readonly<Record<Outcome, string>> = {
  recovered: 'Recovered by hand',
  'not-a-problem': 'Not a problem',
  duplicate: 'Duplicate of another incident',
  'given-up': 'Given up',
  mistake: 'Started by mistake',
};

/** `others`: the other open incidents. */
export function closeForm(incident: Incident, others: readonly Incident[]): CloseForm {
  // No job in the account takes over from a simulated one.
  const isDrill = incident.drill !== undefined;
  const asksJob = !isDrill && incident.kind !== 'model_degraded' && incident.affectedJobs.length === 0;
  const outcomes = outcomesFor(incident, others);
  const incidents = others.map(({ id, job }) => `${id}: ${job}`);
  const outcomeOf = ({ outcome }: Answers): Outcome | undefined =>
    outcomes.find((one) => words[one] === outcome);
  return {
    title: 'Close the incident',
    asks: 'The clock stops. The card, the timeline and the postmortem say how it ended and who closed it.',
    fields: fieldsFor(outcomes, asksJob, incidents),
    problems: (answers) => problems(outcomeOf(answers), answers, asksJob),
    chosen: (answers) => ({
      outcome: outcomeOf(answers) ?? 'given-up',
      job: asksJob ? answers['job'] : undefined,
      into: others[incidents.indexOf(answers['into'] ?? '')]?.id ?? '',
      why: answers['why'] ?? '',
    }),
  };
}

function outcomesFor(incident: Incident, others: readonly Incident[]): readonly Outcome[] {
  return [
    'recovered',
    'not-a-problem',
    ...(others.length > 0 ? (['duplicate'] as const) : []),
    'given-up',
    ...(mayBeMistake(incident) ? (['mistake'] as const) : []),
  ];
}

function fieldsFor(
  outcomes: readonly Outcome[],
  asksJob: boolean,
  incidents: readonly string[],
): readonly FormField[] {
  const job: FormField = {
    key: 'job',
    label: `Job that took over (for “${words.recovered}”)`,
    kind: 'text',
    optional: true,
    hint: 'Relight checks that it exists and follows it to its end. If it fails, this incident is reopened.',
  };
  const into: FormField = {
    key: 'into',
    label: 'The other incident (for a duplicate)',
    kind: 'choice',
    choices: incidents,
    optional: true,
  };
  return [
    { key: 'outcome', label: 'Outcome', kind: 'choice', choices: outcomes.map((one) => words[one]) },
    ...(asksJob ? [job] : []),
    ...(incidents.length > 0 ? [into] : []),
    {
      key: 'why',
      label: 'Reason',
      kind: 'paragraph',
      optional: true,
      hint: `Required for “${words['not-a-problem']}” and “${words['given-up']}”.`,
    },
  ];
}

function problems(
  outcome: Outcome | undefined,
  answers: Answers,
  asksJob: boolean,
): Readonly<Record<string, string>> {
  if (outcome === undefined) return { outcome: 'Choose one.' };
  if (outcome === 'recovered' && asksJob)
    return isJobName(answers['job'] ?? '')
      ? {}
      : { job: 'Type the name of the training job that took over.' };
  if (outcome === 'mistake') return {};
  const [field, says] =
    outcome === 'duplicate'
      ? (['into', 'Choose the other incident.'] as const)
      : (['why', 'Type the reason.'] as const);
  return (answers[field] ?? '') === '' ? { [field]: says } : {};
}
