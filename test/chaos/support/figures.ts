import { expect, type TestContext } from 'vitest';
import type { Figure } from '../../../bench/figures.ts';
import { isShort } from './scale.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The rows of the table that `npm run chaos` prints. */
    figures?: readonly Figure[];
  }
}

/**
 * Adds rows to the table that `npm run chaos` prints. A missed goal fails the test; the short form, which also runs on
 * busy machines, requires only those that do not depend on the machine.
 * @example report(context, atMost('T2: clicks that were acknowledged and lost', 0, 0))
 */
export function report({ task: { meta } }: Pick<TestContext, 'task'>, ...figures: readonly Figure[]): void {
  meta.figures = [...(meta.figures ?? []), ...figures];
  expect(figures.filter(({ met, fixed }) => met === false && (fixed === true || !isShort))).toEqual([]);
}
