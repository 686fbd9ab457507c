import type { ManualStep } from './define.ts';

/** The last step of every recovery: what the postmortem is made of. */
export const writeItDown = {
  title: 'Write it down',
  asks: 'Say what caused it, what helped, and what would prevent it, while it is fresh.',
  button: 'Document',
  approver: 'responder',
  fields: [
    { key: 'cause', label: 'What caused it', kind: 'paragraph' },
    { key: 'helped', label: 'What helped', kind: 'paragraph' },
    { key: 'prevention', label: 'What would prevent it', kind: 'paragraph' },
    { key: 'owner', label: 'Who follows up', kind: 'text' },
    { key: 'due', label: 'By when', kind: 'date' },
  ],
} as const satisfies ManualStep;
