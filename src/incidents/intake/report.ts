import type { IncidentKind } from '../../playbooks/define.ts';
import type { Flapping } from '../model/alarm-events.ts';
import type { Actor, Alarm } from '../model/events.ts';

/** A tier's promise, as relight.yaml gives it. */
export interface TierPromise {
  readonly name: string;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
}

/** The playbook an incident starts with. */
export interface Plan {
  readonly id: string;
  readonly steps: readonly string[];
}

export interface Report {
  readonly job: string;
  readonly kind: IncidentKind;
  readonly alarm: Alarm;
  readonly plan?: Plan | undefined;
  /** Set while the alarm changes so often that its changes are no news. */
  readonly flapping?: Flapping | undefined;
  /** Set when a person asked for it by command: then a closed incident of the same job does not swallow the request. */
  readonly by?: Actor;
}
