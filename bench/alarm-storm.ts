import { writeFileSync } from 'node:fs';
import { buildRelight } from './build.ts';
import { machineRows } from './machine.ts';
import { inMarkdown } from './report.ts';
import { commonCauseFigures, separateCauseFigures } from './storm/figures.ts';
import { runStorm } from './storm/run.ts';

const short = process.argv.includes('--short');
const size = short ? { alarms: 1_000, jobs: 10 } : { alarms: 10_000, jobs: 50 };
/** The shipped default. */
const messagesPerSecond = 0.8;
const aftermathMs = short ? 5_000 : 30_000;

// Read now, because the benchmark itself changes the load.
const machine = machineRows();
const relight = buildRelight('bench/storm/relight.ts');
const separate = await runStorm(relight, {
  size,
  messagesPerSecond,
  aftermathMs,
  failure: 'out-of-memory',
  rule: 'TrainingJobMemoryUsage',
  roots: size.jobs,
  open: size.jobs,
});
const common = await runStorm(relight, {
  size,
  messagesPerSecond,
  aftermathMs,
  failure: 'capacity',
  rule: 'TrainingJobInterrupted',
  roots: 1,
  open: 1,
});
const figures = [...separateCauseFigures(size, separate), ...commonCauseFigures(size, common)];
const command = `npm run bench:alarms${short ? ' -- --short' : ''}`;
const page = inMarkdown(figures, machine, command, 'The cost of an alarm storm');
process.stdout.write(page);
if (!short) writeFileSync(new URL('alarms.md', import.meta.url), page);
const missed = figures.filter(({ met, fixed }) => met === false && (fixed === true || !short));
for (const { what, value, goal } of missed) process.stderr.write(`missed: ${what}: ${value}, not ${goal}\n`);
if (missed.length > 0) process.exitCode = 1;
