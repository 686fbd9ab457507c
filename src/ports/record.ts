import type { IncidentKind } from './failure-kind.ts';

/** What happened in one incident, from its journal, in words that a document can use. All texts are plain. */

export interface TimelineEntry {
  readonly at: number;
  /** A person's name, or their Slack id where the name cannot be read; absent: AWS or Relight by itself. */
  readonly who?: string;
  readonly what: string;
  readonly detail?: string;
  readonly kind: 'alarm' | 'step' | 'decision' | 'change' | 'end';
}

/** What a step has reported: `Report` of outcome.ts, which cannot be named here as it is made of ports itself. */
interface Reported {
  readonly headline: string;
  readonly facts?: readonly { readonly label: string; readonly value: string }[] | undefined;
  readonly lines?: readonly string[] | undefined;
}

/** One field that a change has sent otherwise than the failed job had it: `Difference` of outcome.ts. */
interface Changed {
  readonly field: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly why?: string | undefined;
}

/** What a step that only looks has found. */
export interface Finding {
  readonly step: string;
  /** The name of the action, e.g. `diagnose-failure`. */
  readonly action: string;
  readonly report: Reported;
  /** As the action's output schema has it. */
  readonly result: unknown;
}

/** A change that was begun: from here on AWS may have seen it. */
export interface ChangeMade {
  readonly step: string;
  readonly headline: string;
  readonly differences: readonly Changed[];
  readonly approvals: readonly { readonly by: string; readonly at: number }[];
  readonly proposedAt: number;
  readonly begunAt: number;
  /** What came of it, where it is over. */
  readonly outcome?: string;
}

export interface IncidentRecord {
  readonly incident: string;
  readonly job: string;
  readonly region: string;
  readonly tier: string;
  /** The failure kind that the alarm told of. */
  readonly kind: IncidentKind;
  /** Titles, in the order in which they ran. */
  readonly playbooks: readonly string[];
  readonly failedAt: number;
  readonly openedAt: number;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  readonly recovered?: { readonly at: number; readonly how: string };
  /** By time. */
  readonly timeline: readonly TimelineEntry[];
  readonly findings: readonly Finding[];
  readonly changes: readonly ChangeMade[];
}

export interface Records {
  /** Throws `incident-unknown`. */
  readonly of: (incident: string) => Promise<IncidentRecord>;
  /** The name of a person by their Slack id; undefined where it cannot be read. */
  readonly nameOf: (user: string) => Promise<string | undefined>;
}
