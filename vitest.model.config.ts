import { defineConfig } from 'vitest/config';
import { settings } from './vitest.config.ts';

/** Random sequences of events on the whole stack, with an oracle outside of Relight: `npm run test:model`. */
export default defineConfig({ test: { ...settings, globalSetup: [], include: ['test/model/**/*.test.ts'] } });
