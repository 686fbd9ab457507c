import type { LogLine, Logs } from '../../ports/ports.ts';
import type { Simulation } from '../simulation.ts';
import { cannotLoad } from './failures.ts';
import { lastStep } from './objects.ts';
import { jobsOf, type SimulatedJob } from './simulated-jobs.ts';

const host = 'algo-1';
/** A launched job takes a step in this time, the failed one before it took longer. */
const msPerStep = 3_000;
/** So many of its last steps are in the log of the failed job. */
const steps = 30;

/** CloudWatch Logs in the simulated Region. Every job has one host. */
export function simulatedLogs(simulation: Simulation): Logs {
  const linesOf = async (name: string): Promise<readonly LogLine[]> => {
    const [failed, ...launched] = await jobsOf(simulation);
    if (failed?.job.name === name) return failedLog(simulation, failed);
    const found = launched.find(({ job }) => job.name === name);
    return found === undefined ? [] : launchedLog(simulation, found);
  };
  return {
    tail: async (name, lines) => (await linesOf(name)).slice(-lines).map(({ text }) => text),
    streams: async (name) =>
      (await linesOf(name)).length === 0
        ? []
        : [{ name: `${name}/${host}-${simulation.incident.openedAt}`, host }],
    newest: async ({ name }, lines) => (await linesOf(name.split('/', 1).join())).slice(-lines),
  };
}

function failedLog(
  { scenario }: Simulation,
  { trainsUntil = 0, failsToLoad }: SimulatedJob,
): readonly LogLine[] {
  const trained = failsToLoad
    ? [loading(1_300)]
    : Array.from({ length: steps }, (_, index) => progress(lastStep - steps + index + 1));
  return [...trained, ...scenario.log].map((text) => ({ at: trainsUntil - 1_000, text }));
}

function launchedLog(
  { clock }: Simulation,
  { trainsSince: since, trainsUntil: until = clock.now(), from, failsToLoad }: SimulatedJob,
): readonly LogLine[] {
  if (since === undefined) return [];
  const first = from === 0 ? [] : [{ at: since, text: loading(from) }];
  if (failsToLoad) return [...first, ...cannotLoad.log.map((text) => ({ at: since + 1_000, text }))];
  const done = Math.floor((until - since) / msPerStep);
  return [
    ...first,
    ...Array.from({ length: done }, (_, index) => ({
      at: since + (index + 1) * msPerStep,
      text: progress(from + index + 1),
    })),
  ];
}

function loading(step: number): string {
  return `Resuming from checkpoint /opt/ml/checkpoints/checkpoint-${step} (global step ${step})`;
}

function progress(step: number): string {
  return `{'loss': ${(0.4 / (1 + step / 500)).toFixed(4)}, 'step': ${step}}`;
}
