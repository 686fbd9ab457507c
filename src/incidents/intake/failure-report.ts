import type { Catalog } from '../../playbooks/catalog.ts';
import type { IncidentKind } from '../../playbooks/define.ts';
import type { Flapping } from '../model/alarm-states.ts';
import type { Actor, Alarm } from '../model/events.ts';

/** A tier's objectives from relight.yaml. */
export interface TierObjectives {
  readonly name: string;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
}

/** The playbook that an incident starts with. */
export interface Plan {
  readonly id: string;
  readonly steps: readonly string[];
}

/** The playbooks that handle the kinds of failures. */
export function plansIn(catalog: Catalog): (kind: IncidentKind) => Plan | undefined {
  return (kind) => {
    const entry = catalog.handling(kind);
    return entry && { id: entry.id, steps: entry.playbook.steps.map((step) => step.key) };
  };
}

/** A failure of a job or endpoint, as an alarm, an event or a person reports it. */
export interface FailureReport {
  readonly job: string;
  readonly kind: IncidentKind;
  readonly alarm: Alarm;
  readonly plan?: Plan | undefined;
  /** Set while the alarm is flapping. */
  readonly flapping?: Flapping | undefined;
  /** The person who reported it by command. Such a report is never ignored as old news of a closed incident. */
  readonly by?: Actor;
}
