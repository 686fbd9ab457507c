import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import type { Entry, IncidentEvent } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import { incidentFrom } from '../model/reduce.ts';
import { changesMade } from '../record/changes-made.ts';
import { createWordsSoFar } from '../record/words-so-far.ts';
import { type MachineHours, machineHoursOf } from './machine-hours.ts';
import { monthOf } from './month.ts';
import { type RunFacts, runFactsOf } from './run-facts.ts';

const minute = 60_000;

/** The part of one incident's history that the figures count. All durations are in minutes. */
export interface IncidentFacts {
  readonly incident: string;
  /** Of the failure, in UTC, such as `2026-11`. */
  readonly month: string;
  readonly tier: string;
  /** From the failure to the thread. */
  readonly announce: number;
  /** From the incident's opening until a person took it. */
  readonly take?: number;
  /** How long changes waited for approval. */
  readonly decide?: number;
  /** From the failure to the recovery. */
  readonly recover?: number;
  /** `none`: nothing had to be recovered; `pending`: there is still time. */
  readonly rto: 'met' | 'missed' | 'pending' | 'none';
  readonly runs: readonly RunFacts[];
  readonly hours: MachineHours;
}

/** Undefined for an incident that does not count: started by mistake, a drill, or merged into another. */
export function factsOf(
  journal: readonly Entry[],
  catalog: Pick<Catalog, 'get'>,
  now: number,
): IncidentFacts | undefined {
  return journal.some(({ event }) => isOutside(event)) ? undefined : factsIn(journal, catalog, now);
}

/** The same, whether the incident counts or not. */
export function factsIn(
  journal: readonly Entry[],
  catalog: Pick<Catalog, 'get'>,
  now: number,
): IncidentFacts {
  const incident = incidentFrom(journal);
  const { id, failedAt, tier, recovered } = incident;
  const { words, saw, stepAt } = createWordsSoFar(catalog);
  for (const { event } of journal) saw(event);
  const waits = changesMade(journal, words).flatMap(({ approvals, proposedAt }) => {
    const last = approvals.at(-1);
    return last === undefined ? [] : [inMinutes(last.at - proposedAt)];
  });
  const takenAt = journal.find(({ event: { type } }) => type === 'taken')?.at;
  return {
    incident: id,
    month: monthOf(failedAt),
    tier,
    announce: inMinutes(announcedAt(journal, incident) - failedAt),
    ...(takenAt !== undefined && { take: inMinutes(takenAt - incident.openedAt) }),
    ...(waits.length > 0 && { decide: waits.reduce((sum, one) => sum + one, 0) }),
    ...(recovered !== undefined && { recover: inMinutes(recovered.at - failedAt) }),
    rto: rtoOf(incident, now),
    runs: runFactsOf(journal),
    hours: machineHoursOf(journal, stepAt),
  };
}

/** Whether the incident stays out of all figures by this event. */
export function isOutside(event: IncidentEvent): boolean {
  if (event.type === 'opened') return event.drill !== undefined;
  if (event.type !== 'closed') return false;
  return event.into !== undefined || event.outcome === 'mistake' || event.outcome === 'duplicate';
}

/** A hold keeps the thread back until it is released. */
function announcedAt(journal: readonly Entry[], { openedAt }: Incident): number {
  const wasHeld = journal.some(({ event: { type } }) => type === 'held');
  const released = journal.find(({ event: { type } }) => type === 'released');
  return wasHeld && released !== undefined ? released.at : openedAt;
}

function rtoOf(incident: Incident, now: number): IncidentFacts['rto'] {
  const { recovered, outcome, closed, failedAt, rtoMinutes } = incident;
  const deadline = failedAt + rtoMinutes * minute;
  if (recovered !== undefined) return recovered.at <= deadline ? 'met' : 'missed';
  if (outcome !== undefined || closed?.outcome === 'given-up') return 'missed';
  if (closed !== undefined) return 'none';
  return now > deadline ? 'missed' : 'pending';
}

/** The clocks of AWS and of this machine differ by seconds. */
function inMinutes(ms: number): number {
  return Math.max(0, ms / minute);
}
