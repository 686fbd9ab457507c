import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpsError } from '../../src/errors.ts';
import { createReaders, type Readers } from '../../src/readers/readers.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { builtModule } from '../support/build.ts';
import { runningReaders } from '../support/reader-usage.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { damaged } from './damage.ts';
import { fileTargets, type Target, textTargets } from './targets.ts';

/** `npm run fuzz` takes longer and another seed each time. FUZZ_SEED repeats a run, FUZZ_CASE a single case, such as `parquet:12`. */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 10);
const seed = Number(process.env['FUZZ_SEED'] ?? (seconds > 30 ? Date.now() % 1_000_000 : 14));
const [onlyTarget, onlyCase] = (process.env['FUZZ_CASE'] ?? '').split(':');

const maxMs = 5_000;
const maxMb = 256;

describe('parsers of files and texts that Relight did not write', () => {
  let region: RegionUnderTest;
  let readers: Readers;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    readers = createReaders({ max: 1, pathStyle: true, module: builtModule('readers/reader-process.js') });
  });
  afterAll(async () => {
    readers.close();
    await region.close();
  });

  it(
    `survive ${seconds} seconds of random damage: no crash, no hang, and at most ${maxMb} MB`,
    async () => {
      const targets = [...fileTargets(region, readers), ...textTargets()].filter(
        ({ name }) => !onlyTarget || name === onlyTarget,
      );
      for (const target of targets)
        for (const sample of target.samples.slice(0, 2)) await target.read(sample);
      process.stdout.write(`FUZZ_SEED=${seed}, inputs that fail are kept in ${kept}\n`);

      const { problems, tallies } = await fuzz(targets);

      process.stdout.write(`${tallies.map(({ target, cases }) => `${cases} ${target.name}`).join(', ')}\n`);
      expect(problems).toEqual([]);
    },
    (seconds + 300) * 1_000,
  );
});

const kept = join(tmpdir(), 'relight-fuzz');

interface Tally {
  readonly target: Target;
  cases: number;
  ms: number;
}

/** Each parser gets the same time: some take a thousand inputs while others take ten. */
async function fuzz(targets: readonly Target[]): Promise<{ problems: string[]; tallies: readonly Tally[] }> {
  const problems: string[] = [];
  const first = Number(onlyCase ?? 0);
  const tallies = targets.map((target): Tally => ({ target, cases: 0, ms: 0 }));
  const end = performance.now() + (onlyCase === undefined ? seconds * 1_000 : 1);
  while (performance.now() < end && problems.length < 20) {
    const [tally] = tallies.toSorted((one, other) => one.ms - other.ms);
    if (tally === undefined) break;
    const { target, cases } = tally;
    const start = performance.now();
    const problem = await tryCase(target, first + cases);
    if (problem !== undefined) problems.push(problem);
    tally.cases += 1;
    tally.ms += performance.now() - start;
  }
  return { problems, tallies };
}

async function tryCase(target: Target, number: number): Promise<string | undefined> {
  const dice = seededRandom(seed * 1_000_003 + number);
  const sample = target.samples[Math.floor(dice() * target.samples.length)] ?? new Uint8Array();
  const input = damaged(sample, dice);
  const problem = await problemOf(target, input);
  if (problem === undefined) return undefined;
  keep(`${target.name}-${seed}-${number}`, input);
  return `FUZZ_SEED=${seed} FUZZ_CASE=${target.name}:${number} ${problem}`;
}

/** What went wrong with one input, if anything. A refusal is an answer, also one by the watchdog that is in time. */
async function problemOf({ read }: Target, input: Uint8Array): Promise<string | undefined> {
  const before = runningReaders();
  const start = performance.now();
  const said = await read(input).catch((error: unknown) => error);
  const ms = Math.round(performance.now() - start);
  const after = runningReaders();
  const ended = before.some(({ pid }) => !after.some((one) => one.pid === pid));
  if (said instanceof Error && !isAnswer(said)) return `threw ${said.message}`;
  if (ended && !String(said).includes('takes too long'))
    return `ended the reader after ${ms} ms: ${String(said)}`;
  if (ms > maxMs * slowness()) return `took ${ms} ms`;
  const peak = Math.max(0, ...after.map(({ peakMb }) => peakMb));
  return peak > maxMb ? `took ${Math.round(peak)} MB` : undefined;
}

/** How many times slower this machine is now because others use it. */
function slowness(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

function isAnswer(thrown: Error): boolean {
  return thrown instanceof OpsError && thrown.code !== 'unexpected' && thrown.code !== 'data-scan-broke';
}

function keep(name: string, input: Uint8Array): void {
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, name), input);
}
