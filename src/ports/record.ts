import type { IncidentKind } from './failure-kind.ts';
import type { WorkLost } from './history/recovery-time.ts';
import type { Difference, Report } from './step-output.ts';

/** One line of an incident's timeline. All texts in this file are plain text, in words for a document. */
export interface TimelineEntry {
  /** In milliseconds since the epoch, like every time in this file. */
  readonly at: number;
  /** A person's name, or their Slack id if the name cannot be read; absent for AWS and for Relight itself. */
  readonly who?: string;
  readonly what: string;
  readonly detail?: string;
  readonly kind: 'alarm' | 'step' | 'decision' | 'change' | 'end';
}

/** The result of a read step. */
export interface Finding {
  readonly step: string;
  /** The name of the action, e.g. `diagnose-failure`. */
  readonly action: string;
  readonly report: Report;
  /** Matches the action's output schema. */
  readonly result: unknown;
}

/** A change that was started, so AWS may have received it. */
export interface ChangeMade {
  readonly step: string;
  readonly headline: string;
  readonly differences: readonly Difference[];
  readonly approvals: readonly { readonly by: string; readonly at: number }[];
  readonly proposedAt: number;
  readonly begunAt: number;
  /** Its outcome, once it is over. */
  readonly outcome?: string;
  /** The work that it repeats. */
  readonly lost?: WorkLost;
}

/** The history of one incident, from its journal. */
export interface IncidentRecord {
  readonly incident: string;
  readonly job: string;
  readonly region: string;
  readonly tier: string;
  /** The failure kind according to the alarm. */
  readonly kind: IncidentKind;
  /** Titles, in the order they ran. */
  readonly playbooks: readonly string[];
  readonly failedAt: number;
  readonly openedAt: number;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  readonly recovered?: { readonly at: number; readonly how: string };
  /** `neededNothing`: a person closed it as not a problem or as a duplicate. */
  readonly closed?: {
    readonly at: number;
    readonly why: string;
    readonly by?: string;
    readonly neededNothing: boolean;
  };
  /** Sorted by time. */
  readonly timeline: readonly TimelineEntry[];
  readonly findings: readonly Finding[];
  readonly changes: readonly ChangeMade[];
}

/**
 * Reads the history of incidents, for postmortems.
 *
 * @example const { timeline, changes } = await record.of(incident)
 */
export interface Records {
  /** Throws `incident-unknown` if there is no such incident. */
  readonly of: (incident: string) => Promise<IncidentRecord>;
  /** Returns the display name for a Slack user id; undefined if it cannot be read. */
  readonly nameOf: (user: string) => Promise<string | undefined>;
}
