import type { Earned } from './autopilot-events.ts';

/** What Autopilot did about the latest request of a step. */
export interface AutopilotState {
  readonly attempt: number;
  readonly at: number;
  readonly status: 'suggested' | 'armed' | 'held' | 'disarmed' | 'approved' | 'demoted';
  /** When it approves, if nobody holds it. */
  readonly until?: number;
  readonly earned?: Earned;
  /** Why it only suggests, or why it left the request to people. */
  readonly why?: string;
  /** The mode that its record allows next. */
  readonly next?: 'veto' | 'auto';
}

/** What Autopilot did about this attempt of the step; undefined if nothing yet. */
export function autopilotOn(
  { autopilot: all = {} }: { readonly autopilot?: { readonly [step: string]: AutopilotState } },
  step: string,
  attempt: number,
): AutopilotState | undefined {
  const found = all[step];
  return found?.attempt === attempt ? found : undefined;
}
