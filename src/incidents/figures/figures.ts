import type { PriceOf } from '../../ports/ports.ts';
import { perHour } from '../../relaunch/prices/launch-price.ts';
import { gpusOf } from '../../relaunch/prices/machines.ts';
import type { IncidentFacts } from './incident-facts.ts';
import type { MachineHours } from './machine-hours.ts';
import { percentile } from './percentile.ts';
import type { RunFacts } from './run-facts.ts';

/** Minutes, over the incidents in which this happened. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
}

/** Sums over the incidents for which each is known; `of` counts those. */
export interface Usage {
  readonly gpuHours: number;
  readonly of: number;
  readonly usd: number;
  /** Incidents among them whose price is known: an unknown price is not free. */
  readonly priced: number;
}

export interface Figures {
  readonly incidents: number;
  readonly rto: { readonly met: number; readonly missed: number };
  /** A phase that no incident had is absent. */
  readonly minutes: { readonly [phase in Phase]?: Spread };
  readonly usage: { readonly [kind in UsageKind]?: Usage };
}

export const phases = ['announce', 'take', 'decide', 'recover'] as const;
type Phase = (typeof phases)[number];
export const usageKinds = ['lost', 'spent', 'saved'] as const;
type UsageKind = (typeof usageKinds)[number];

export interface PlaybookFigures {
  readonly playbook: string;
  /** Runs by outcome; those that nothing needed or that still run are not counted. */
  readonly recovered: number;
  readonly failed: number;
  readonly handedOver: number;
  readonly steps: readonly { readonly step: string; readonly done: number; readonly failed: number }[];
}

/** The figures of this installation, for one month or for all. */
export interface FiguresReport {
  readonly month?: string;
  readonly total: Figures;
  readonly tiers: readonly (Figures & { readonly tier: string })[];
  /** Newest first. */
  readonly months: readonly (Figures & { readonly month: string })[];
  readonly playbooks: readonly PlaybookFigures[];
}

export function reportOf(all: readonly IncidentFacts[], priceOf: PriceOf, month?: string): FiguresReport {
  const facts = month === undefined ? all : all.filter((one) => one.month === month);
  const per = (group: readonly IncidentFacts[]): Figures => figuresOf(group, priceOf);
  return {
    ...(month !== undefined && { month }),
    total: per(facts),
    tiers: grouped(facts, ({ tier }) => tier).map(([tier, group]) => ({ tier, ...per(group) })),
    months: grouped(facts, (one) => one.month)
      .map(([name, group]) => ({ month: name, ...per(group) }))
      .toReversed(),
    playbooks: grouped(
      facts.flatMap(({ runs }) => runs),
      ({ playbook }) => playbook,
    ).map(([id, runs]) => playbookFigures(id, runs)),
  };
}

function figuresOf(facts: readonly IncidentFacts[], priceOf: PriceOf): Figures {
  const ended = (how: IncidentFacts['rto']): number => facts.filter(({ rto }) => rto === how).length;
  return {
    incidents: facts.length,
    rto: { met: ended('met'), missed: ended('missed') },
    minutes: known(phases, (phase) => spreadOf(facts.flatMap((one) => one[phase] ?? []))),
    usage: known(usageKinds, (kind) =>
      usageOf(
        facts.map(({ hours }) => hours),
        kind,
        priceOf,
      ),
    ),
  };
}

/** The casts hold because the keys come from the list itself. */
function known<K extends string, V>(keys: readonly K[], of: (key: K) => V | undefined): { [key in K]?: V } {
  const found = keys.flatMap((key) => {
    const value = of(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found) as { [key in K]?: V };
}

function spreadOf(minutes: readonly number[]): Spread | undefined {
  if (minutes.length === 0) return undefined;
  return { count: minutes.length, median: percentile(minutes, 0.5), p90: percentile(minutes, 0.9) };
}

function usageOf(all: readonly MachineHours[], kind: UsageKind, priceOf: PriceOf): Usage | undefined {
  const counted = all.flatMap(({ machines, ...hours }) => {
    const gpus = gpusOf(machines);
    const took = hours[kind];
    return took === undefined || gpus === undefined
      ? []
      : [{ gpuHours: gpus * took, usd: times(perHour(machines, priceOf), took) }];
  });
  if (counted.length === 0) return undefined;
  return {
    gpuHours: counted.reduce((sum, one) => sum + one.gpuHours, 0),
    of: counted.length,
    usd: counted.reduce((sum, one) => sum + (one.usd ?? 0), 0),
    priced: counted.filter(({ usd }) => usd !== undefined).length,
  };
}

function times(usd: number | undefined, hours: number): number | undefined {
  return usd === undefined ? undefined : usd * hours;
}

function playbookFigures(playbook: string, runs: readonly RunFacts[]): PlaybookFigures {
  const ended = (how: RunFacts['outcome']): number => runs.filter(({ outcome }) => outcome === how).length;
  const steps = grouped(
    runs.flatMap((run) => run.steps),
    ({ step }) => step,
  );
  return {
    playbook,
    recovered: ended('recovered'),
    failed: ended('failed'),
    handedOver: ended('handed-over'),
    steps: steps.map(([step, counts]) => ({
      step,
      done: counts.reduce((sum, { done }) => sum + done, 0),
      failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    })),
  };
}

/** Sorted by name. */
function grouped<T>(
  all: readonly T[],
  nameOf: (one: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(nameOf(one)) ?? [];
    group.push(one);
    groups.set(nameOf(one), group);
  }
  return [...groups].toSorted(([one], [other]) => one.localeCompare(other));
}
