import { z } from 'zod';
import { type Contender, type DataRun, run } from './contenders.ts';
import type { Planted } from './defects.ts';
import { atLeast, below, digits, type Figure, median } from './figures.ts';
import type { Measured } from './measured.ts';
import type { Written } from './write-data.ts';

/** One form of the data, written to disk. */
export interface Prepared extends DataRun {
  readonly written: Written;
}

type Round = ReadonlyMap<Contender, Measured>;

const Report = z.object({ records: z.number(), byRule: z.record(z.string(), z.number()) });

/** Runs all contenders in turn, several times, so that a slow phase of the machine affects all of them. */
export async function benchTrainingData(
  prepared: readonly Prepared[],
  contenders: readonly Contender[],
  rounds: number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const one of prepared) {
    const all: Round[] = [];
    for (let round = 0; round < rounds; round += 1) all.push(await runRound(one, contenders));
    figures.push(...figuresOf(one, all));
  }
  return figures;
}

async function runRound(prepared: Prepared, contenders: readonly Contender[]): Promise<Round> {
  const round = new Map<Contender, Measured>();
  for (const contender of contenders) {
    const measured = await run(contender, prepared);
    refuseWrong(contender, measured, prepared);
    round.set(contender, measured);
  }
  return round;
}

/** Fails the benchmark if a contender does not find exactly the planted defects. */
function refuseWrong(contender: Contender, { output }: Measured, { written, form }: Prepared): void {
  if (contender === 'duckdb') return;
  const { records, byRule } = Report.parse(JSON.parse(output));
  const expected: Planted = { ...written.planted };
  const wrong = Object.keys(expected).filter((rule) => byRule[rule] !== expected[rule]);
  if (records !== written.records)
    throw new Error(`${contender} read ${records} records of ${form.name}, not ${written.records}`);
  if (wrong.length > 0)
    throw new Error(
      `${contender} found in ${form.name}: ${wrong.map((rule) => `${byRule[rule] ?? 0} × ${rule}, not ${expected[rule]}`).join('; ')}`,
    );
}

function figuresOf({ form, written }: Prepared, rounds: readonly Round[]): Figure[] {
  const what = `${Math.round(written.bytes / 1e6)} MB of ${form.name}`;
  const speeds = [...(rounds[0]?.keys() ?? [])].map((contender) =>
    speedOf(`${what}: ${contender}`, measuredOf(rounds, contender), written.bytes),
  );
  const peakMegabytes = Math.max(
    ...[...measuredOf(rounds, 'relight'), ...measuredOf(rounds, 'relight on both cores')].map(peak),
  );
  return [
    ...speeds,
    ...ratio(rounds, 'python, same', 'relight', wall).map((times) =>
      atLeast(`${what}: relight vs. the same rules in Python`, times, 3, '×'),
    ),
    ...ratio(rounds, 'python, same', 'relight', cpu).map((times) => ({
      what: `${what}: the same in CPU time, which is less affected by other load`,
      value: `${digits(times)} ×`,
    })),
    ...ratio(rounds, 'python, usual', 'relight', wall).map((times) => ({
      what: `${what}: relight vs. the usual checks in Python`,
      value: `${digits(times)} ×`,
    })),
    ...ratio(rounds, 'relight', 'relight on both cores', wall).map((times) =>
      atLeast(`${what}: both cores vs. one`, times, 1.7, '×'),
    ),
    below(`${what}: memory of the largest process of relight`, peakMegabytes, 256, 'MB', 'fixed'),
  ];
}

function speedOf(what: string, measured: readonly Measured[], bytes: number): Figure {
  const speed = bytes / 1e6 / median(measured.map(wall));
  const memory = Math.round(median(measured.map(peak)));
  return {
    what,
    value: `${digits(speed)} MB/s, ${digits(median(measured.map(cpu)))} s of CPU, ${memory} MB peak`,
  };
}

/** The median ratio between two contenders, or an empty list if one of them did not run. */
function ratio(rounds: readonly Round[], one: Contender, other: Contender, of: typeof wall): number[] {
  const times = rounds.flatMap((round) => {
    const [first, second] = [round.get(one), round.get(other)];
    return first === undefined || second === undefined ? [] : [of(first) / of(second)];
  });
  return times.length === 0 ? [] : [median(times)];
}

function measuredOf(rounds: readonly Round[], contender: Contender): Measured[] {
  return rounds.flatMap((round) => round.get(contender) ?? []);
}

function wall({ seconds }: Measured): number {
  return seconds;
}

function cpu({ cpuSeconds }: Measured): number {
  return cpuSeconds;
}

function peak({ peakBytes }: Measured): number {
  return peakBytes / 1e6;
}
