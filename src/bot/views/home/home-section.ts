import type { FiguresReport } from '../../../incidents/figures/figures.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { DrilledPlaybook } from '../../../readiness/drill-readiness.ts';
import type { ReadinessReport } from '../../../readiness/readiness.ts';
import type { Block } from '../blocks.ts';
import type { OpenIncidents } from './open-list.ts';

/** Everything that the Home tab of one person shows. */
export interface HomeContent extends OpenIncidents {
  readonly user: string;
  /** Open incidents with a request that this person may approve and has not approved. */
  readonly awaiting: readonly Incident[];
  /** The figures of the present month; undefined while they are being read. */
  readonly figures: FiguresReport | undefined;
  /** Absent while it is being read. */
  readonly preparation?: Preparation | undefined;
}

/** The preparation of the team for the next failure. */
export interface Preparation {
  readonly report: ReadinessReport;
  readonly drills: readonly DrilledPlaybook[];
}

/** A part of the Home tab; empty if it has nothing to say. */
export type HomeSection = (home: HomeContent, now: number) => readonly Block[];
