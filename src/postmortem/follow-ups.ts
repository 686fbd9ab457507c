import { z } from 'zod';
import type { Answers } from '../ports/form-fields.ts';

/** Something that is to be done after an incident, by one person until a day. */
export const FollowUp = z.object({
  what: z.string(),
  owner: z.string(),
  /** `2026-12-01`, as the form gives it. */
  due: z.string(),
});
export type FollowUp = z.infer<typeof FollowUp>;

/** A follow-up that has no day of its own is due after a week. */
export const followUpDays = 7;
const dayMs = 24 * 3_600_000;

export function dayAfter(now: number, days: number): string {
  return new Date(now + days * dayMs).toISOString().slice(0, 10);
}

/** The earliest day that is today for anybody: in the west it is still yesterday. */
export function earliestToday(now: number): string {
  return new Date(now - dayMs / 2).toISOString().slice(0, 10);
}

/**
 * Each line of the answer is one; bullets that people type in front of it are not part of it. A day that has passed by
 * the time of writing, as in an answer from long ago, is replaced by one in a week.
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
