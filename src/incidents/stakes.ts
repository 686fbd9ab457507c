import type { Incident } from './model/incident.ts';

/** How a person is involved in a request, so that it is not theirs to approve. */
export type Stake = 'started' | 'asked' | 'adjusted';
export type Stakes = ReadonlyMap<string, Stake>;

/** The people whose own request it is. Nobody is, if an alarm opened the incident and Relight proposed the change. */
export function stakesIn(incident: Incident, step: string): Stakes {
  const { startedBy, requestedBy = {}, adjustedBy = {} } = incident;
  const { [step]: asked } = requestedBy;
  const { [step]: adjusted } = adjustedBy;
  return new Map([
    ...answered(incident, step).map((user) => [user, 'adjusted'] as const),
    ...(asked === undefined ? [] : [[asked, 'asked'] as const]),
    ...(adjusted === undefined ? [] : [[adjusted, 'adjusted'] as const]),
    ...(startedBy === undefined ? [] : [[startedBy, 'started'] as const]),
  ]);
}

/** The people who chose in an earlier form of this run how it goes on. */
function answered({ pinned, states }: Incident, step: string): readonly string[] {
  return pinned.slice(0, pinned.indexOf(step)).flatMap((key) => {
    const state = states[key];
    const isAnswer = state?.status === 'done' && state.proposal === undefined;
    return isAnswer && state.by !== undefined ? [state.by] : [];
  });
}
