/** Mutation testing: `npm run test:mutation`. The groups of files and their tests are in `test/mutation/groups.ts`. */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/texts-for-people.mjs'],
  ignorers: ['texts-for-people'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A mutant that makes a test slower than this has changed what the code does, also on a busy machine.
  timeoutMS: 15_000,
  dryRunTimeoutMinutes: 20,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  ignorePatterns: ['.cache', 'dist', 'coverage', 'bench', 'docs/**/*.png', '.ci'],
  // Stryker rewrites tsconfig.json with an API that TypeScript 7 no longer has. The tests do not read it.
  tsconfigFile: 'none',
};
