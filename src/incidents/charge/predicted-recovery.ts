import { z } from 'zod';
import { offersAfter } from '../../playbooks/offered-playbooks.ts';
import { suggestedAfter } from '../choose-playbook.ts';
import { fromOwnStart } from '../estimates/estimate.ts';
import { isAboutOneJob, paceIn } from '../estimates/pace-in.ts';
import { playbookTime } from '../estimates/playbook-time.ts';
import { firstLookOf } from '../first-look-state.ts';
import {
  currentStep,
  type Incident,
  isEndKnown,
  isOpen,
  isWarning,
  runOf,
  stateOf,
} from '../model/incident.ts';

/** When the incident is expected to be recovered, and what that depends on. */
export interface Forecast {
  readonly at: number;
  /** `running`: a change is under way. `approved`: if a proposal is approved now. `started`: if a recovery starts now. */
  readonly if: 'running' | 'approved' | 'started';
}

/**
 * When the incident would be recovered if the best recovery that people can choose started now. Undefined if nothing has
 * to be recovered, or if the journal holds nothing to estimate it from.
 *
 * @example predictedRecoveryAt(incident, now) > rtoClock(incident, now).deadline // the RTO will be missed
 */
export function predictedRecoveryAt(incident: Incident, now: number): number | undefined {
  return forecast(incident, now)?.at;
}

export function forecast(incident: Incident, now: number): Forecast | undefined {
  if (!isOpen(incident) || isEndKnown(incident) || isWarning(incident.kind)) return undefined;
  if (firstLookOf(incident) !== undefined) return undefined;
  return underWay(incident, now) ?? proposed(incident, now) ?? choosable(incident, now);
}

/** A change that was sent, until a step reports that it did not help. */
function underWay(incident: Incident, now: number): Forecast | undefined {
  const step = currentStep(incident);
  const status = step === undefined ? undefined : stateOf(incident, step).status;
  if (status !== 'changing' && status !== 'working' && status !== 'waiting') return undefined;
  const begun = incident.pinned.flatMap((key) => {
    const state = stateOf(incident, key);
    if (state.status !== 'changing' && state.status !== 'done') return [];
    const minutes = state.proposal?.recovery?.minutes;
    return minutes === undefined ? [] : [{ from: state.status === 'done' ? state.at : state.since, minutes }];
  });
  const last = begun.at(-1);
  return last && { at: Math.max(now, later(last.from, last.minutes)), if: 'running' };
}

function proposed(incident: Incident, now: number): Forecast | undefined {
  const state = stateOf(incident, currentStep(incident) ?? '');
  const minutes = state.status === 'proposed' ? state.proposal.recovery?.minutes : undefined;
  return minutes === undefined ? undefined : { at: later(now, minutes), if: 'approved' };
}

const Diagnosed = z.custom<Parameters<typeof offersAfter>[0]>(
  (results) => z.object({ diagnosis: z.object({ kind: z.string() }) }).safeParse(results).success,
);

/** Before a request is built, the best of the offered playbooks counts, and at least the start of a copy of the job. */
function choosable(incident: Incident, now: number): Forecast | undefined {
  const state = stateOf(incident, currentStep(incident) ?? '');
  if (state.status === 'proposed') return undefined;
  const offered =
    state.status === 'failed'
      ? suggestedAfter(incident, state).map(({ playbook }) => playbook)
      : offeredIn(incident);
  const times = offered.flatMap((playbook) => playbookTime(playbook, incident)?.minutes ?? []);
  const own = isAboutOneJob(incident) ? fromOwnStart(paceIn(incident))?.minutes : undefined;
  const best = times.length > 0 ? times.reduce((least, one) => Math.min(least, one)) : own;
  return best === undefined ? undefined : { at: later(now, best), if: 'started' };
}

function offeredIn(incident: Incident): readonly string[] {
  const results = Diagnosed.safeParse(runOf(incident).results).data;
  if (results === undefined) return [];
  return offersAfter(results).flatMap(({ answers }) => answers['playbook'] ?? []);
}

function later(from: number, minutes: number): number {
  return from + minutes * 60_000;
}
