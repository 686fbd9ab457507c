import { z } from 'zod';
import { nameInRun } from './define/run-keys.ts';
import type { Results, Step } from './define/steps.ts';

/**
 * Whether a person may skip the step: no later step reads its result, and no change follows it, because a change may rely
 * on a check without reading its result.
 */
export function isSkippable(steps: readonly Step[], key: string, run: number): boolean {
  const at = steps.findIndex((step) => step.key === key);
  const later = steps.slice(at + 1);
  if (at === -1 || later.some(isChange)) return false;
  const name = nameInRun(key, run);
  return !later.some((step) => reads(step, name));
}

function isChange(step: Step): boolean {
  return step.kind === 'action' && step.action.effect === 'change';
}

/** Runs the functions of the step on stand-ins for results and notes which results they read. In doubt: all. */
function reads(step: Step, name: string): boolean {
  const read = new Set<string>();
  const results = new Proxy({} as Results, {
    get: (_, key) => {
      read.add(String(key));
      return standIn;
    },
    has: () => true,
  });
  const functions = [
    () => step.when?.(results),
    () => (step.kind === 'action' ? step.inputFor(results) : step.check?.(results, {})),
  ];
  const understood = functions.every((run) => finishes(run));
  return !understood || read.has(name);
}

/** The input is read completely before it is parsed, and stand-ins never parse. */
function finishes(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    return error instanceof z.ZodError;
  }
}

/** Every property and every call of it returns the stand-in again. */
const standIn: unknown = new Proxy(() => undefined, {
  get: (_, key) => {
    if (key === Symbol.toPrimitive) return () => '';
    if (key === Symbol.iterator) return () => [standIn][Symbol.iterator]();
    return standIn;
  },
  apply: () => standIn,
});
