import { defineConfig } from 'vitest/config';
import { FiguresReporter } from './test/chaos/support/figures-reporter.ts';
import { settings } from './vitest.config.ts';

/**
 * What breaks while recoveries run, with a table of figures at the end: too long for every run, so `.ci/run` plays the short
 * form, CHAOS_SHORT=1. One file at a time, because the figures contain times.
 */
export default defineConfig({
  test: {
    ...settings,
    include: ['test/chaos/**/*.test.ts'],
    testTimeout: 3_600_000,
    maxWorkers: 1,
    reporters: ['default', new FiguresReporter()],
  },
});
