import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export const settings = {
  globalSetup: ['test/support/build.ts'],
  // Generous: a busy machine must not fail a test. What must not happen soon is waited for in the test itself.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  // Two cores, and end-to-end files spend most of their time waiting for jobs that train: three use 61 % of the cores.
  maxWorkers: 5,
  // Loading the SDKs and Bolt anew for each of 150 files took a tenth of the time. No test replaces a module.
  isolate: false,
  sequence: { sequencer: LongestFirst },
};

export default defineConfig({
  test: { ...settings, include: ['test/**/*.test.ts'], exclude: ['test/chaos/**', 'test/model/**'] },
});
