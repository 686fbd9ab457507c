import { WrittenPostmortem as Written, type WrittenPostmortem } from '../../postmortem/written-postmortem.ts';
import type { Move } from '../charge/move.ts';
import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import { type Incident, isEndKnown } from '../model/incident.ts';

/** A follow-up of a written postmortem, as people track it. */
export interface TrackedFollowUp {
  /** The incident and the number, such as `rl-7f3a9c2e-1`. */
  readonly id: string;
  readonly number: number;
  readonly what: string;
  readonly owner: string;
  /** A date such as `2026-12-01`. */
  readonly due: string;
  readonly done?: { readonly by: string; readonly at: number } | undefined;
}

/** All postmortems of the incident, oldest first: those that a step wrote, and those written after a person closed it. */
function postmortemsOf({
  states,
  closingPostmortems = [],
}: Pick<Incident, 'states' | 'closingPostmortems'>): readonly {
  readonly at: number;
  readonly result: WrittenPostmortem;
}[] {
  const bySteps = Object.values(states).flatMap((state) => {
    const written = state.status === 'done' ? Written.safeParse(state.result) : undefined;
    return state.status === 'done' && written?.success === true
      ? [{ at: state.at, result: written.data }]
      : [];
  });
  return [...bySteps, ...closingPostmortems].toSorted((one, other) => one.at - other.at);
}

export function followUpsOf(
  incident: Pick<Incident, 'id' | 'states' | 'closingPostmortems' | 'followUpsDone'>,
): readonly TrackedFollowUp[] {
  const all = postmortemsOf(incident).flatMap(({ result }) => result.followUps);
  return all.map(({ what, owner, due }, index) => {
    const number = index + 1;
    return {
      id: `${incident.id}-${number}`,
      number,
      what,
      owner,
      due,
      done: incident.followUpsDone?.[number],
    };
  });
}

/** The incident and the number that the id of a follow-up names. */
export function followUpNamed(
  id: string,
): { readonly incident: string; readonly number: number } | undefined {
  const [, incident, number] = /^(.+)-(\d{1,4})$/.exec(id.trim()) ?? [];
  return incident === undefined ? undefined : { incident, number: Number(number) };
}

export function completeFollowUp(
  incident: Incident,
  { by, authorize }: Move,
  number: number,
): Decision<ClickResult> {
  const found = followUpsOf(incident).find((one) => one.number === number);
  if (found === undefined) return noChange({ kind: 'no-follow-up' });
  if (found.done !== undefined) return noChange({ kind: 'taken', ...found.done });
  return recorded(authorize, 'responder', 'follow-up-done', { type: 'follow-up-done', number, by });
}

/**
 * Whether a closed incident is owed a postmortem that no step has written: a person had to act on it, and it was neither
 * started by mistake nor closed because nothing had failed, and it is no drill. One from before its last reopening does not count.
 */
export function owesPostmortem(incident: Incident): boolean {
  const { closed, touched, drill } = incident;
  if (closed === undefined || !touched || closed.outcome === 'mistake') return false;
  if (drill !== undefined) return false;
  if (closed.by === undefined && !isEndKnown(incident)) return false;
  return !hasPostmortem(incident);
}

/** Relight writes it for so long after the close: an update must not post into the threads of months. */
export const writtenWithinMs = 7 * 24 * 3_600_000;

/** Whether a postmortem covers the present end of the incident. */
export function hasPostmortem(incident: Incident): boolean {
  const since = incident.attempts.at(-1)?.at ?? 0;
  return postmortemsOf(incident).some(({ at }) => at > since);
}
