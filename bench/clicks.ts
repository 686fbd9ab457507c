import { writeFileSync } from 'node:fs';
import { slackRequestsTo } from '../test/support/slack-requests.ts';
import { buildRelight } from './build.ts';
import { listenersFor, openIncidents } from './clicks/listeners.ts';
import { type Measured, measure, type Side } from './clicks/measure.ts';
import { startClickWorld } from './clicks/world.ts';
import { atMost, below, digits, type Figure } from './figures.ts';
import { machineRows } from './machine.ts';
import { inMarkdown } from './report.ts';

const short = process.argv.includes('--short');
const seconds = short ? 2 : 20;
const warmUpSeconds = 2;
/** The promise, and what the short form requires on a machine that also does other work. */
const promisedMs = 500;
const shortMs = 2_500;

// Read now, because the benchmark itself changes the load.
const machine = machineRows();
const world = await startClickWorld(buildRelight());
const measured: Measured[] = [];
try {
  const listeners = listenersFor(await openIncidents(world.standIns));
  const side = ({ url, pid }: typeof world.relight): Side => ({ requests: slackRequestsTo(url), pid });
  const to = { relight: side(world.relight), bare: side(world.bare) };
  // A process is slow right after its start, because V8 has not compiled anything yet.
  for (const listener of listeners) await measure(listener, short ? 1 : warmUpSeconds, to);
  for (const listener of listeners) measured.push(await measure(listener, seconds, to));
} finally {
  await world.close();
}
const figures = measured.flatMap(rowsOf);
const command = `npm run bench:clicks${short ? ' -- --short' : ''}`;
const page = inMarkdown(figures, machine, command, 'The time until a click is acknowledged');
process.stdout.write(page);
if (!short) writeFileSync(new URL('clicks.md', import.meta.url), page);
const missed = figures.filter(({ met }) => met === false);
for (const { what, value, goal } of missed) process.stderr.write(`missed: ${what}: ${value}, not ${goal}\n`);
if (missed.length > 0) process.exitCode = 1;

function rowsOf({ name, count, refused, relight, bare, cpu }: Measured): readonly Figure[] {
  const row = (what: string, value: string): Figure => ({ what: `${name}: ${what}`, value });
  return [
    below(
      `${name}: p99 of ${count} at 50 per second`,
      relight.p99,
      short ? shortMs : promisedMs,
      'ms',
      'machine',
    ),
    row('p99 of bare Bolt at the same time', `${digits(bare.p99)} ms`),
    row('ratio of the p99', digits(relight.p99 / bare.p99)),
    row(
      'medians, and their ratio',
      `${digits(relight.p50)} ms, ${digits(bare.p50)} ms, ${digits(relight.p50 / bare.p50)}`,
    ),
    row('CPU time per request, and of bare Bolt', `${digits(cpu.relight)} ms, ${digits(cpu.bare)} ms`),
    atMost(`${name}: requests that were not acknowledged`, refused, 0),
  ];
}
