import type { SeenBefore } from '../../ports/history/seen-before.ts';
import type { PilotRun } from '../autopilot/pilot-runs.ts';
import type { Recovered } from '../estimates/recovered.ts';
import type { IncidentFacts } from '../figures/incident-facts.ts';

/** What later decisions count of an incident that was removed, as computed from its journal while it was there. */
export interface Counted {
  /** Absent if it does not count, as a drill. */
  readonly facts?: IncidentFacts | undefined;
  readonly recovered?: Recovered | undefined;
  readonly pilotRuns: readonly PilotRun[];
  readonly seen: EndSeen;
  /** The incident that it was merged into. */
  readonly into?: string | undefined;
  readonly drill?: { readonly playbook: string; readonly at: number; readonly score: number } | undefined;
}

/** How an earlier incident with the same fingerprint ended. */
export type EndSeen = Pick<SeenBefore['last'], 'end' | 'by' | 'minutes'>;
