import { z } from 'zod';
import { Pace } from '../../ports/history/recovery-time.ts';
import { type Incident, runsOf, stateOf } from '../model/incident.ts';

const Measured = z.object({ pace: Pace });

/** The pace that the last diagnosis of the incident measured; empty if there was none. */
export function paceIn(incident: Incident): Pace {
  const measured = runsOf(incident).flatMap(({ pinned }) =>
    pinned.flatMap((key) => {
      const state = stateOf(incident, key);
      if (state.status !== 'done') return [];
      const found = Measured.safeParse(state.result).data;
      return found === undefined ? [] : [{ at: state.at, pace: found.pace }];
    }),
  );
  return measured.toSorted((one, other) => other.at - one.at)[0]?.pace ?? {};
}

/** Whether recovered means that a copy of one job trains: not for endpoints, for warnings and for many jobs at once. */
export function isAboutOneJob({ kind, affectedJobs }: Pick<Incident, 'kind' | 'affectedJobs'>): boolean {
  const others: readonly Incident['kind'][] = ['model_degraded', 'checkpoints_stopped', 'system_failure'];
  return affectedJobs.length === 0 && !others.includes(kind);
}
