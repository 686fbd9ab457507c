import { writeFileSync } from 'node:fs';
import { buildRelight } from './build.ts';
import { type Kind, kindsOf } from './clicks/kinds.ts';
import { type Measured, measure } from './clicks/measure.ts';
import { openIncidents } from './clicks/open-incidents.ts';
import { kindRows, notAcknowledged } from './clicks/rows.ts';
import { type Contenders, type Mode, startClickWorld } from './clicks/world.ts';
import type { Figure } from './figures.ts';
import { machineRows } from './machine.ts';
import { inMarkdown } from './report.ts';

const short = process.argv.includes('--short');
/** How long each listener gets requests, and all listeners of a kind together at least. */
const [seconds, kindSeconds] = short ? [0.1, 0.5] : [4, 20];
/** The short form has no time for more than one listener of each kind. */
const warmUp = short ? { seconds: 0.1, listeners: 1 } : { seconds: 1, listeners: Number.POSITIVE_INFINITY };
/** The promise, and what the short form requires on a machine that also does other work. */
const goalMs = short ? 2_500 : 500;
const modes: readonly (readonly [Mode, string])[] = [
  ['http', 'HTTP'],
  ['socket', 'Socket Mode'],
];

// Read now, because the benchmark itself changes the load.
const machine = machineRows();
const figures = await measureAll();
const command = `npm run bench:clicks${short ? ' -- --short' : ''}`;
const page = inMarkdown(figures, machine, command, 'The time until a click is acknowledged');
process.stdout.write(page);
if (!short) writeFileSync(new URL('clicks.md', import.meta.url), page);
const missed = figures.filter(({ met }) => met === false);
for (const { what, value, goal } of missed) process.stderr.write(`missed: ${what}: ${value}, not ${goal}\n`);
if (missed.length > 0) process.exitCode = 1;

async function measureAll(): Promise<readonly Figure[]> {
  const world = await startClickWorld(buildRelight());
  const rows: Figure[] = [];
  let kinds: readonly Kind[] | undefined;
  try {
    for (const [mode, over] of modes) {
      const contenders = await world.connect(mode);
      kinds ??= kindsOf(await openIncidents(world.standIns));
      rows.push(...(await measureKinds(kinds, over, contenders)));
      await contenders.stop();
    }
    return rows;
  } finally {
    await world.close();
  }
}

async function measureKinds(
  kinds: readonly Kind[],
  over: string,
  contenders: Contenders,
): Promise<readonly Figure[]> {
  // A process is slow right after its start, because V8 has not compiled anything yet.
  for (const { listeners } of kinds)
    for (const listener of listeners.slice(0, warmUp.listeners))
      await measure(listener, warmUp.seconds, contenders);
  const all: Measured[] = [];
  const rows: Figure[] = [];
  for (const { name, listeners } of kinds) {
    const each = Math.max(seconds, kindSeconds / listeners.length);
    const measured: Measured[] = [];
    for (const listener of listeners) measured.push(await measure(listener, each, contenders));
    rows.push(...kindRows(`${over}, ${name}`, measured, goalMs));
    all.push(...measured);
  }
  return [...rows, notAcknowledged(over, all)];
}
