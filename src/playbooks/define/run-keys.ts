import type { Step } from './steps.ts';

/** A playbook that an incident has started. */
export interface RunKeys {
  /** 1 for the first playbook of the incident; one that takes over runs under the next number. */
  readonly number: number;
  /** The ordered step keys when the playbook was started: a run never continues on another plan. */
  readonly pinned: readonly string[];
}

/** A step's key within the incident: unique, also where two playbooks of one incident have steps of the same name. */
export function keyInRun(key: string, number: number): string {
  return number === 1 ? key : `${key}-${number}`;
}

/** The step's name in its playbook: `keyInRun` the other way round. */
export function nameInRun(key: string, number: number): string {
  return key.slice(0, key.length - keyInRun('', number).length);
}

/** The steps under their keys of this run; undefined when the playbook is no longer the one that was started. */
export function stepsOfRun(steps: readonly Step[], { number, pinned }: RunKeys): readonly Step[] | undefined {
  const own = steps.map((step): Step => ({ ...step, key: keyInRun(step.key, number) }));
  return own.map(({ key }) => key).join() === pinned.join() ? own : undefined;
}
