import type { IncidentKind } from '../../playbooks/define.ts';

/** One of the jobs of an incident that is about many. */
export interface BoardJob {
  readonly job: string;
  readonly tier: string;
  readonly kind: IncidentKind;
  /** When it broke, in ms. */
  readonly at: number;
  /** Set where it keeps an incident of its own, since somebody had begun there. */
  readonly own?: string | undefined;
}
