import type { IncidentKind } from '../playbooks/define.ts';

/** The failure that a drill starts with. */
export interface Scenario {
  /** The kind of failure that opens the incident. */
  readonly kind: IncidentKind;
  readonly status: 'Failed' | 'Stopped';
  readonly secondaryStatus: string;
  readonly failureReason?: string;
  /** The last lines of its log. */
  readonly log: readonly string[];
  /** Where it has checkpoints. */
  readonly checkpoints: 'folder' | 'backup' | 'none';
  /** The job had just started, and failed while loading its newest checkpoint, which is truncated. */
  readonly failsToLoad?: true;
  /** Waited so long for new spot instances before it ended. */
  readonly waitedMinutes?: number;
  readonly spot?: true;
  /** A line of its training data is cut off. */
  readonly brokenData?: true;
  /** It has a source archive, with a requirements.txt. */
  readonly hasSource?: true;
  /** So many instances saved its checkpoints; it has one. */
  readonly savedByInstances?: number;
}
