import { loadReadable } from '../../incidents/journal/readable.ts';
import type { Answers } from '../../playbooks/define.ts';
import { isJobName } from '../../training-job/job-name.ts';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import type { FormContent } from '../views/form.ts';

/** A form needs a place, and these jobs may have no incident. */
export const chooseJobRef: StepRef = { incident: 'none', step: 'checkpoints', attempt: 1, hash: '' };

const maxListed = 50;

interface ChooseJobForm extends FormContent {
  readonly job: (answers: Answers) => string;
}

/** Asks whose checkpoints to grade; undefined if no incident is open. */
export async function chooseJobForm({
  store,
}: Pick<BotServices, 'store'>): Promise<ChooseJobForm | undefined> {
  const ids = (await store.ids('open')).slice(0, maxListed);
  const { incidents } = await loadReadable(store, ids);
  const jobs = [...new Set(incidents.map(({ subject }) => subject))].filter(isJobName);
  if (jobs.length === 0) return undefined;
  return {
    title: 'Grade checkpoints',
    asks: 'Relight reads the newest checkpoints of the job in S3 and says which of them training can resume from.',
    fields: [
      { key: 'open', label: 'Job of an open incident', kind: 'choice', choices: jobs, optional: true },
      { key: 'other', label: 'Or another training job', kind: 'text', optional: true, maxLength: 63 },
    ],
    problems: ({ open: chosen = '', other = '' }) => {
      if (chosen === '' && other === '') return { open: 'Choose a job, or type one below.' };
      if (chosen !== '' && other !== '') return { other: 'Choose one above or type one here, not both.' };
      return other === '' || isJobName(other) ? {} : { other: 'Type the name of the job, without its ARN.' };
    },
    job: ({ open: chosen = '', other = '' }) => (other === '' ? chosen : other),
  };
}
