import type { StepRef } from '../ids.ts';
import type { FormContent } from '../views/form.ts';

/** A form needs a place, and a halt has none: it is about all incidents. */
export const haltRef: StepRef = { incident: 'all', step: 'halt', attempt: 1, hash: '' };

export const haltForm: FormContent = {
  title: 'Halt all changes',
  asks: 'Relight carries out no change in any incident until someone resumes. It keeps reading, and follows what already runs in AWS.',
  fields: [
    {
      key: 'why',
      label: 'Why',
      kind: 'text',
      hint: 'Shown in the channel, in every open thread and in the audit trail.',
    },
  ],
  problems: () => ({}),
};
