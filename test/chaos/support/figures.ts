import { expect, type TestContext } from 'vitest';
import type { Figure } from '../../../bench/figures.ts';
import { requiresTimes } from './scale.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The rows of the table that `npm run chaos` prints. */
    figures?: readonly Figure[];
  }
}

/**
 * Adds rows to the table that `npm run chaos` prints. A missed goal fails the test. The short form and `npm test`,
 * which also run on busy machines, require only goals that do not depend on the machine.
 * @example report(context, atMost('T2: clicks that were acknowledged and lost', 0, 0))
 */
export function report({ task: { meta } }: Pick<TestContext, 'task'>, ...figures: readonly Figure[]): void {
  meta.figures = [...(meta.figures ?? []), ...figures];
  const required = figures.filter(({ fixed }) => fixed === true || requiresTimes);
  const missed = required.filter(({ met }) => met === false);
  expect(missed.map(({ what, value, goal }) => `${what}: ${value}, the goal is ${goal}`)).toEqual([]);
}
