import { defineConfig } from 'vitest/config';

export const settings = {
  globalSetup: ['test/support/build.ts'],
  testTimeout: 120_000,
  hookTimeout: 60_000,
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  // Two cores, and every end-to-end file starts processes of its own.
  maxWorkers: 2,
  // Loading the SDKs and Bolt anew for each of 150 files took a tenth of the time. No test replaces a module.
  isolate: false,
};

export default defineConfig({
  test: { ...settings, include: ['test/**/*.test.ts'], exclude: ['test/chaos/**'] },
});
