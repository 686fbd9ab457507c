import { buildRelight } from './build.ts';
import { eachItsOwn } from './storm/figures.ts';
import { runStorm } from './storm/run.ts';

const size = { alarms: 10_000, jobs: 50 };
const seen = await runStorm(buildRelight(), {
  size,
  messagesPerSecond: 0.8,
  aftermathMs: 1000,
  failure: 'out-of-memory',
  rule: 'TrainingJobMemoryUsage',
  roots: 1,
});
for (const { what, value } of eachItsOwn(size, seen)) console.log(what.slice(50), value);
