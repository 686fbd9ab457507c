import { nameInRun } from '../playbooks/define/run-keys.ts';
import { foundIn, hasFirstLook } from '../playbooks/first-look.ts';
import { type Incident, runOf } from './model/incident.ts';

/**
 * The state of an incident that a person started, until a failure is confirmed; undefined after that.
 * `sound`: AWS shows no failure, and no person has reported one.
 */
export function firstLookOf(incident: Incident): 'looking' | 'missing' | 'sound' | undefined {
  const { results, pinned, number } = runOf(incident);
  const first = pinned.slice(0, 1).map((key) => nameInRun(key, number));
  if (incident.dated || !hasFirstLook(first)) return undefined;
  const found = foundIn(results);
  if (found === undefined) return incident.outcome === undefined ? 'looking' : undefined;
  if (found.look.missing === true) return 'missing';
  return found.look.failed || found.isBroken === true ? undefined : 'sound';
}
