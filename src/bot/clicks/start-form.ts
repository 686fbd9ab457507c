import type { Catalog } from '../../playbooks/catalog.ts';
import type { Answers } from '../../playbooks/define.ts';
import { isJobName } from '../../training-job/job-name.ts';
import type { StepRef } from '../ids.ts';
import type { FormContent, FormField } from '../views/form.ts';

/** A form needs a place, and a playbook that is not started yet has none. */
export const startRef: StepRef = { incident: 'none', step: 'start', attempt: 1, hash: '' };

interface StartForm extends FormContent {
  /** The form has already checked both. */
  readonly chosen: (answers: Answers) => { readonly playbook: string; readonly job: string };
}

/** Known before the person fills in the form. */
export interface StartKnown {
  readonly playbook?: string;
  /** Jobs that exist or have an open incident; of several the person chooses one. */
  readonly jobs: readonly string[];
  readonly asks?: string;
}

/** Asks which playbook to start for which training job. */
export function startForm(catalog: Pick<Catalog, 'list'>, known: StartKnown): StartForm {
  const choices = catalog.list.map(({ id, playbook }) => `${playbook.title} (${id})`);
  const initial = choices[catalog.list.findIndex(({ id }) => id === known.playbook)];
  const chosen = ({ playbook = '' }: Answers): string | undefined =>
    catalog.list[choices.indexOf(playbook)]?.id;
  return {
    title: 'Start a playbook',
    asks:
      known.asks ??
      'Opens an incident for a failed job that no alarm reported. Nothing is sent to AWS until it is approved.',
    fields: [
      {
        key: 'playbook',
        label: 'Playbook',
        kind: 'choice',
        choices,
        ...(initial !== undefined && { initial }),
      },
      jobField(known.jobs),
    ],
    problems: (answers) => ({
      ...(chosen(answers) === undefined && { playbook: 'Choose one.' }),
      ...(!isJobName(answers['job'] ?? '') && { job: 'Type the name of the training job, without its ARN.' }),
    }),
    chosen: (answers) => ({ playbook: chosen(answers) ?? '', job: answers['job'] ?? '' }),
  };
}

function jobField([first, ...more]: readonly string[]): FormField {
  const field = { key: 'job', label: 'Training job' };
  if (first !== undefined && more.length > 0)
    return { ...field, kind: 'choice', choices: [first, ...more], initial: first };
  return { ...field, kind: 'text', maxLength: 63, ...(first !== undefined && { initial: first }) };
}
