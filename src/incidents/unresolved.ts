import type { Playbook } from '../playbooks/define.ts';
import { next } from '../playbooks/runner.ts';
import { type Incident, isOpen, runOf } from './model/incident.ts';

/** Whether the playbook has run all its steps without a recovery, so a person must say how the incident ended. */
export function isUnresolved(incident: Incident, playbook: Playbook): boolean {
  return isOpen(incident) && next(playbook, runOf(incident)).kind === 'unresolved';
}
