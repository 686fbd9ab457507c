import type { Step } from './steps.ts';

/** A playbook that an incident has started. */
export interface RunKeys {
  /** 1 for the first playbook of the incident; one that takes over runs under the next number. */
  readonly number: number;
  /** The ordered step keys when the playbook was started: a run never continues with another plan. */
  readonly pinned: readonly string[];
}

/** A step's key within the incident: unique even if two playbooks of the incident have a step of the same name. */
export function keyInRun(key: string, number: number): string {
  return number === 1 ? key : `${key}-${number}`;
}

/** The step's name in its playbook: the inverse of `keyInRun`. */
export function nameInRun(key: string, number: number): string {
  return key.slice(0, key.length - keyInRun('', number).length);
}

/** The steps under their keys of this run; undefined if the playbook has changed since the run started. */
export function stepsOfRun(steps: readonly Step[], { number, pinned }: RunKeys): readonly Step[] | undefined {
  const own = steps.map((step): Step => ({ ...step, key: keyInRun(step.key, number) }));
  return own.map(({ key }) => key).join() === pinned.join() ? own : undefined;
}
