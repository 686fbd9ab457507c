import { defineConfig } from 'vitest/config';
import { FiguresReporter } from './test/chaos/support/figures-reporter.ts';
import { isShort, seed } from './test/chaos/support/scale.ts';
import { settings } from './vitest.config.ts';

/** Files of the suite whose figures are in the table too. The short form leaves them to `npm test`. */
const ofSuite = [
  'test/alarms/sns/sns-forgeries.test.ts',
  'test/audit/verify.test.ts',
  'test/e2e/forged-redis.test.ts',
  'test/e2e/planted-secrets.test.ts',
  'test/e2e/slack-gone.test.ts',
  'test/e2e/upgraded-while-open.test.ts',
  'test/e2e/wrong-clocks.test.ts',
  'test/outbox/racing-updates.test.ts',
];

/** How often these files repeat something in the long form, and the seed that replays it. */
const counts = {
  CHAOS_LONG: isShort ? '0' : '1',
  FORGERY_SEED: String(seed),
  MUTATION_SEED: String(seed),
  FORGERIES: '1000',
  MUTATIONS: '10000',
  RACE_RUNS: '100',
  SNS_FORGERIES: '10000',
  VERIFY_RECORDS: '100000',
};

/**
 * What breaks while recoveries run, with a table of figures at the end: too long for every run, so `.ci/run` plays the short
 * form, CHAOS_SHORT=1. The long form plays one file at a time, because its figures contain times.
 */
export default defineConfig({
  test: {
    ...settings,
    include: ['test/chaos/**/*.test.ts', ...(isShort ? [] : ofSuite)],
    env: { ...settings.env, ...counts },
    testTimeout: 3_600_000,
    maxWorkers: isShort ? 3 : 1,
    reporters: ['default', ['json', { outputFile: '.cache/chaos.json' }], new FiguresReporter()],
  },
});
