import type { Playbook } from '../playbooks/define.ts';
import { next } from '../playbooks/runner.ts';
import { type Incident, isOpen, runOf } from './model/incident.ts';

/** Whether the playbook has done what it could, and it is not known yet how the incident ended. */
export function isUnresolved(incident: Incident, playbook: Playbook): boolean {
  return isOpen(incident) && next(playbook, runOf(incident)).kind === 'unresolved';
}
