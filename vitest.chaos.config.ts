import { defineConfig } from 'vitest/config';
import { settings } from './vitest.config.ts';

/** What breaks while a recovery runs: too long for every run, so `.ci/run` takes some of them. */
export default defineConfig({ test: { ...settings, include: ['test/chaos/**/*.test.ts'] } });
