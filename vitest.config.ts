import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export const settings = {
  globalSetup: ['test/support/build.ts'],
  // Generous: a busy machine must not fail a test. Each wait has a limit of its own, and some tests have ten in a row.
  testTimeout: 900_000,
  hookTimeout: 900_000,
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  // Two cores, and end-to-end files spend a part of their time waiting for jobs that train. With more, a slow machine misses
  // deadlines of the product: the bot tells a person within 1.5 s that a click was not recorded.
  maxWorkers: 3,
  // Loading the SDKs and Bolt anew for each of 150 files took a tenth of the time. No test replaces a module.
  isolate: false,
  sequence: { sequencer: LongestFirst },
};

export default defineConfig({
  test: { ...settings, include: ['test/**/*.test.ts'], exclude: ['test/chaos/**', 'test/model/**'] },
});
