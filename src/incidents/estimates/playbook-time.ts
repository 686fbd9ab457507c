import { onlyLaunches } from '../../playbooks/offered-playbooks.ts';
import type { RecoveryTime } from '../../ports/history/recovery-time.ts';
import type { Incident } from '../model/incident.ts';
import { recoveryTime } from './estimate.ts';
import { isAboutOneJob, paceIn } from './pace-in.ts';

/** The time to recovery if this playbook started now; undefined if nothing is known about it. */
export function playbookTime(playbook: string, incident: Incident): RecoveryTime | undefined {
  const launches = isAboutOneJob(incident) && onlyLaunches(playbook);
  return recoveryTime({ playbook }, launches, paceIn(incident));
}
