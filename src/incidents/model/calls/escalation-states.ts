import type { EventOf } from '../events.ts';
import { type EscalationLevel, escalationLevels } from './escalation-events.ts';

/** A level whose people were called, and what became of it. */
export interface CalledLevel {
  readonly level: EscalationLevel;
  /** The position in the journal of its first call. It identifies the level across reopenings. */
  readonly first: number;
  /** The number of calls so far, and the time of the last one. */
  readonly number: number;
  readonly at: number;
  readonly pages: boolean;
  readonly acknowledged?: { readonly by: string; readonly at: number };
  /** What the on-call tool answered last. `open`: it has an alert of this level that is not resolved. */
  readonly paged?: Pick<EventOf<'paged'>, 'action' | 'number' | 'refused'> & { readonly open: boolean };
  /** The incident was reopened after it, so it is called as if for the first time. */
  readonly over?: true;
}

type Called = readonly CalledLevel[] | undefined;

/** The position of a level in the rising order. */
export function rankOf(level: EscalationLevel): number {
  return escalationLevels.indexOf(level);
}

/** The levels that were called since the incident was opened or last reopened. */
export function presentLevels(called: Called): readonly CalledLevel[] {
  return called?.filter(({ over }) => over !== true) ?? [];
}

/** The highest level that was called. Lower ones are no longer repeated. */
export function highestCalled(called: Called): CalledLevel | undefined {
  return presentLevels(called).toSorted((one, other) => rankOf(other.level) - rankOf(one.level))[0];
}

export function afterCall(
  called: Called = [],
  { level, number, pages }: EventOf<'escalated'>,
  at: number,
  seq: number,
): readonly CalledLevel[] {
  const before = presentLevels(called).find((one) => one.level === level);
  if (before === undefined) return [...called, { level, first: seq, number, at, pages }];
  return called.map((one) => (one === before ? { ...one, number, at, pages: one.pages || pages } : one));
}

/** Lower levels need no acknowledgment of their own. */
export function afterAcknowledgment(
  called: Called = [],
  { level, by }: EventOf<'escalation-acknowledged'>,
  at: number,
): readonly CalledLevel[] {
  return called.map((one) =>
    one.over === true || one.acknowledged !== undefined || rankOf(one.level) > rankOf(level)
      ? one
      : { ...one, acknowledged: { by: by.user, at } },
  );
}

export function afterPage(
  called: Called = [],
  { first, action, number, refused }: EventOf<'paged'>,
): readonly CalledLevel[] {
  return called.map((one) => {
    if (one.first !== first) return one;
    const open = refused === undefined ? action !== 'resolve' : one.paged?.open === true;
    return { ...one, paged: { action, number, open, ...(refused !== undefined && { refused }) } };
  });
}

export function afterReopening(called: Called): Called {
  return called?.map((one) => ({ ...one, over: true }));
}
