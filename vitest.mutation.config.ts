import { defineConfig } from 'vitest/config';
import { testsOfThisRun } from './test/mutation/groups.ts';
import { settings } from './vitest.config.ts';

/** For `npm run test:mutation`. Processes that a test starts from the build do not run the mutants, so nothing is built. */
export default defineConfig({
  test: {
    ...settings,
    globalSetup: [],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A mutant outside of functions only takes effect while its module is loaded.
    isolate: true,
    include: testsOfThisRun(),
  },
});
