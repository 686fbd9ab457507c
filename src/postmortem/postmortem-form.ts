import { z } from 'zod';
import type { Answers, ManualStep } from '../ports/form-fields.ts';

/** The default due date of a follow-up, in days. */
const followUpDays = 7;

/** The last manual step of every recovery. The postmortem contains its answers. */
export const postmortemForm = {
  title: 'Document and prevent',
  asks: 'Describe the cause, what helped and what would prevent it, while it is fresh. Relight writes the rest of the postmortem.',
  button: 'Document',
  approver: 'responder',
  afterEnd: true,
  fields: [
    {
      key: 'cause',
      label: 'What caused it',
      kind: 'paragraph',
      hint: 'The root cause, not the error message: Relight has that.',
    },
    {
      key: 'helped',
      label: 'What helped',
      kind: 'paragraph',
      hint: 'And what cost time: a missing permission, an outdated page.',
    },
    {
      key: 'prevention',
      label: 'What would prevent it',
      kind: 'paragraph',
      hint: 'One follow-up per line. The person below owns them.',
    },
    { key: 'owner', label: 'Who follows up', kind: 'text', hint: 'One name: a person, not a team.' },
    {
      key: 'due',
      label: 'By when',
      kind: 'date',
      fromToday: { initialDays: followUpDays },
      hint: 'Today or later. Default: in a week.',
    },
  ],
} as const satisfies ManualStep;

/** A task after an incident, with one owner and a due date. */
export const FollowUp = z.object({
  what: z.string(),
  owner: z.string(),
  /** A date such as `2026-12-01`. */
  due: z.string(),
});
export type FollowUp = z.infer<typeof FollowUp>;

const dayMs = 24 * 3_600_000;

export function dayAfter(now: number, days: number): string {
  return new Date(now + days * dayMs).toISOString().slice(0, 10);
}

/** The earliest date that is still today in some time zone. */
export function earliestToday(now: number): string {
  return new Date(now - dayMs / 2).toISOString().slice(0, 10);
}

/**
 * One follow-up per line of the answer, without any bullet that people type. A due date that has passed when the
 * postmortem is written is replaced by a date in a week.
 */
export function followUpsOf(answers: Answers, now: number): readonly FollowUp[] {
  const { prevention = '', owner = '', due: chosen = '' } = answers;
  const due = chosen < earliestToday(now) ? dayAfter(now, followUpDays) : chosen;
  return prevention
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim())
    .filter((what) => what !== '')
    .map((what) => ({ what, owner, due }));
}
