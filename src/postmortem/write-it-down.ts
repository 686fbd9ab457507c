import type { ManualStep } from '../ports/form-fields.ts';
import { followUpDays } from './follow-ups.ts';

/** The last thing that a person does in every recovery: what the postmortem is made of. */
export const writeItDown = {
  title: 'Document and prevent',
  asks: 'Say what caused it, what helped and what would prevent it, while it is fresh. Relight writes the rest of the postmortem.',
  button: 'Document',
  approver: 'responder',
  afterEnd: true,
  fields: [
    {
      key: 'cause',
      label: 'What caused it',
      kind: 'paragraph',
      hint: 'What was behind it, not what the error said: Relight has that.',
    },
    {
      key: 'helped',
      label: 'What helped',
      kind: 'paragraph',
      hint: 'And what cost time: a missing right, a page that was out of date.',
    },
    {
      key: 'prevention',
      label: 'What would prevent it',
      kind: 'paragraph',
      hint: 'One follow-up a line. Each goes to the person below.',
    },
    { key: 'owner', label: 'Who follows up', kind: 'text', hint: 'One name: a person, not a team.' },
    {
      key: 'due',
      label: 'By when',
      kind: 'date',
      fromToday: { initialDays: followUpDays },
      hint: 'From today on; a week unless another day is chosen.',
    },
  ],
} as const satisfies ManualStep;
