import { z } from 'zod';
import { pageActions } from '../model/calls/escalation-events.ts';
import type { CalledLevel } from '../model/calls/escalation-states.ts';
import { type Incident, isEndKnown, isOpen } from '../model/incident.ts';

/** An event for the on-call tool about one called level. */
export const Page = z.object({
  /** The position in the journal of the level's first call. */
  first: z.number().int().nonnegative(),
  action: z.enum(pageActions),
  /** The number of the call. */
  number: z.number().int().positive(),
});
export type Page = z.infer<typeof Page>;

/**
 * The pages that bring the on-call tool up to date with the incident. Only the last call of a level is sent, and none for
 * a level that was acknowledged or is over before the tool could be reached. A drill pages nobody.
 */
export function pagesDue(incident: Incident): readonly Page[] {
  const isOver = !isOpen(incident) || isEndKnown(incident);
  if (incident.drill !== undefined) return [];
  const paging = incident.called?.filter(({ pages }) => pages) ?? [];
  return paging.flatMap((one) => {
    const action = actionDue(one, isOver || one.over === true);
    return action === undefined ? [] : [{ first: one.first, action, number: one.number }];
  });
}

function actionDue(level: CalledLevel, isOver: boolean): Page['action'] | undefined {
  const { paged, acknowledged, number } = level;
  if (!isOver && acknowledged === undefined) return (paged?.number ?? 0) < number ? 'trigger' : undefined;
  // Without an open alert there is nothing to acknowledge or to resolve.
  if (paged?.open !== true) return undefined;
  const action = isOver ? 'resolve' : 'acknowledge';
  return isBefore(paged.action, action) ? action : undefined;
}

function isBefore(one: Page['action'], other: Page['action']): boolean {
  return pageActions.indexOf(one) < pageActions.indexOf(other);
}

/** Whether the answer to this page, or to a later one, is in the journal already. */
export function isPageRecorded({ called = [] }: Incident, { first, action, number }: Page): boolean {
  const paged = called.find((one) => one.first === first)?.paged;
  if (paged === undefined) return false;
  return isBefore(action, paged.action) || (action === paged.action && paged.number >= number);
}
