import { z } from 'zod';
import type { Answers } from '../define.ts';

/** Something that is to be done after an incident, by one person until a day. */
export const FollowUp = z.object({
  what: z.string(),
  owner: z.string(),
  /** `2026-12-01`, as the form gives it. */
  due: z.string(),
});
export type FollowUp = z.infer<typeof FollowUp>;

/** Each line of the answer is one; bullets that people type in front of it are not part of it. */
export function followUpsOf(answers: Answers): readonly FollowUp[] {
  const { prevention = '', owner = '', due = '' } = answers;
  return prevention
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim())
    .filter((what) => what !== '')
    .map((what) => ({ what, owner, due }));
}
