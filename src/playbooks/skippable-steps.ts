import { z } from 'zod';
import type { Playbook } from './define/playbook.ts';
import { nameInRun, type RunKeys } from './define/run-keys.ts';
import type { Results, Step } from './define/steps.ts';

/**
 * Whether a person may skip the step: neither a later step nor the playbook's end reads its result, and no change follows
 * it, because a change may rely on a check without reading its result.
 */
export function isSkippable(playbook: Playbook, run: RunKeys, key: string): boolean {
  const steps = playbook.stepsIn(run) ?? [];
  const at = steps.findIndex((step) => step.key === key);
  const later = steps.slice(at + 1);
  if (at === -1 || later.some(isChange)) return false;
  const name = nameInRun(key, run.number);
  const readers = [...later.flatMap(functionsOf), ...endingsOf(playbook)];
  return !readers.some((reader) => mayRead(reader, name));
}

function isChange(step: Step): boolean {
  return step.kind === 'action' && step.action.effect === 'change';
}

type Reader = (results: Results) => unknown;

function functionsOf(step: Step): readonly Reader[] {
  return [
    (results) => step.when?.(results),
    (results) => (step.kind === 'action' ? step.inputFor(results) : step.check?.(results, {})),
  ];
}

function endingsOf({ recovered, handOver, ended, outcomes }: Playbook): readonly Reader[] {
  return [recovered, handOver, ended, outcomes].filter((reader) => reader !== undefined);
}

/**
 * Runs the function with stand-ins for all results, then without any, and notes which of them it reads. In doubt it reads
 * all.
 */
function mayRead(reader: Reader, name: string): boolean {
  const read = new Set<string>();
  const resultsOf = (value: unknown): Results =>
    new Proxy({} as Results, {
      get: (_, key) => {
        read.add(String(key));
        return key === 'incident' ? standIn : value;
      },
    });
  const understood = finishes(() => reader(resultsOf(standIn)));
  // Most functions refuse to work without results; only what they read on the way counts.
  finishes(() => reader(resultsOf(undefined)));
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
