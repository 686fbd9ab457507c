import { z } from 'zod';
import { highestCheckpoint } from '../../checkpoints/finding/list-checkpoints.ts';
import type { JsonObject, StatusTransition, TrainingJob } from '../../ports/ports.ts';
import type { Simulation } from '../simulation.ts';
import { cannotLoad } from './failures.ts';
import { jobIn, requestOf } from './job-request.ts';
import { loads, objectsOf, stoppedAt } from './objects.ts';
import { simulatedCheckpoints } from './simulated-checkpoints.ts';

/** A job of the simulated Region at this moment. */
export interface SimulatedJob {
  readonly job: TrainingJob;
  readonly request: JsonObject;
  /** When its script started; absent if it has not. */
  readonly trainsSince?: number;
  /** When its script ended. */
  readonly trainsUntil?: number;
  /** The step that it started from. */
  readonly from: number;
  readonly failsToLoad: boolean;
}

const Launch = z.object({
  at: z.number(),
  request: z.object({ TrainingJobName: z.string() }).catchall(z.json()),
});
const launched = 'job ';
const stopped = 'stop ';

const second = 1_000;
/** How long after its launch a job enters each state: a drill must not take an hour. */
const after = { downloading: 10, training: 20, uploading: 110, completed: 115, refused: 30, broken: 30 };

/** False if a job of this name exists. */
export async function addJob(
  { store, clock }: Simulation,
  name: string,
  request: JsonObject,
): Promise<boolean> {
  return store.putOnce(`${launched}${name}`, JSON.stringify({ at: clock.now(), request }));
}

export async function stopJob({ store, clock }: Simulation, name: string): Promise<void> {
  await store.putOnce(`${stopped}${name}`, String(clock.now()));
}

/** The failed job, then the launched ones in the order of their launches. */
export async function jobsOf(simulation: Simulation): Promise<readonly SimulatedJob[]> {
  const stored = await simulation.store.all();
  const launches = [...stored]
    .flatMap(([field, value]) => (field.startsWith(launched) ? [Launch.parse(JSON.parse(value))] : []))
    .toSorted((one, other) => one.at - other.at);
  const all = await Promise.all(
    launches.map(async ({ at, request }, index) => {
      const stop = stored.get(`${stopped}${request.TrainingJobName}`);
      const launch = { at, request, isFirst: index === 0, ...(stop !== undefined && { stop: Number(stop) }) };
      return launchedJob(simulation, launch);
    }),
  );
  return [failedJob(simulation), ...all];
}

/** The jobs that were launched in the simulated Region. */
export async function simulatedLaunches(simulation: Simulation): Promise<readonly TrainingJob[]> {
  const [, ...launched] = await jobsOf(simulation);
  return launched.map(({ job }) => job);
}

function failedJob(simulation: Simulation): SimulatedJob {
  const { incident, scenario } = simulation;
  const { openedAt } = incident;
  const trainsUntil = stoppedAt(simulation);
  const trainsSince = trainsUntil - (scenario.failsToLoad === true ? 60 : 18_000) * second;
  const waits = scenario.waitedMinutes === undefined ? [] : ['Interrupted', 'Starting'];
  const states: readonly (readonly [string, number])[] = [
    ['Starting', trainsSince - 200 * second],
    ['Downloading', trainsSince - 60 * second],
    ['Training', trainsSince],
    ...waits.map((status, index) => [status, trainsUntil + index * 60 * second] as const),
    [scenario.secondaryStatus, openedAt],
  ];
  const request = requestOf(simulation);
  const { status, secondaryStatus, failureReason } = scenario;
  return {
    request,
    job: {
      ...jobIn(request, incident.region),
      status,
      secondaryStatus,
      transitions: transitionsOf(states),
      ...(failureReason !== undefined && { failureReason }),
      createdAt: trainsSince - 201 * second,
      endedAt: openedAt,
    },
    trainsSince,
    trainsUntil,
    from: 0,
    failsToLoad: scenario.failsToLoad === true,
  };
}

interface Launched extends z.infer<typeof Launch> {
  readonly isFirst: boolean;
  readonly stop?: number;
}

async function launchedJob(simulation: Simulation, launch: Launched): Promise<SimulatedJob> {
  const { incident, clock } = simulation;
  const { request, at } = launch;
  const fields = jobIn(request, incident.region);
  const { from, failsToLoad } = await originOf(simulation, fields);
  const lacksCapacity = launch.isFirst && incident.drill?.faults.includes('no-capacity') === true;
  const course = courseOf(launch, { lacksCapacity, failsToLoad });
  const entered = course.filter((state) => state.at <= clock.now());
  const last = entered.at(-1) ?? course[0];
  const isOver = endings.has(last.secondary);
  const ended = isOver ? { endedAt: last.at } : {};
  const training = entered.find(({ secondary }) => secondary === 'Training');
  const next = entered[entered.findIndex((state) => state === training) + 1];
  return {
    request,
    from,
    failsToLoad,
    job: {
      ...fields,
      status: isOver ? last.secondary : last.secondary === 'Stopping' ? 'Stopping' : 'InProgress',
      secondaryStatus: last.secondary,
      transitions: transitionsOf(entered.map((state) => [state.secondary, state.at] as const)),
      ...(last.reason !== undefined && { failureReason: last.reason }),
      createdAt: at,
      ...ended,
    },
    ...(training !== undefined && { trainsSince: training.at, ...(next && { trainsUntil: next.at }) }),
  };
}

const endings: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Stopped']);

interface State {
  readonly secondary: string;
  readonly at: number;
  readonly reason?: string;
}

/** The states that a launched job goes through, the first one at its launch. */
function courseOf(
  { at, stop }: Launched,
  { lacksCapacity, failsToLoad }: { readonly lacksCapacity: boolean; readonly failsToLoad: boolean },
): readonly [State, ...State[]] {
  const state = (secondary: string, seconds: number, reason?: string): State => ({
    secondary,
    at: at + seconds * second,
    ...(reason !== undefined && { reason }),
  });
  const rest = lacksCapacity
    ? [state('Failed', after.refused, noCapacity)]
    : [
        state('Downloading', after.downloading),
        state('Training', after.training),
        ...(failsToLoad
          ? [state('Failed', after.broken, cannotLoad.failureReason)]
          : [state('Uploading', after.uploading), state('Completed', after.completed)]),
      ];
  const course = [state('Starting', 0), ...rest];
  const isEarly = stop !== undefined && stop < (course.at(-1)?.at ?? 0);
  const kept = isEarly ? course.filter((one) => one.at < stop) : course;
  const end = isEarly
    ? [
        { secondary: 'Stopping', at: stop },
        { secondary: 'Stopped', at: stop + 5 * second },
      ]
    : [];
  return [state('Starting', 0), ...kept.slice(1), ...end];
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html: FailureReason */
const noCapacity =
  'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.';

/** The checkpoint that the script loads when it starts: the highest one, without checking it. */
async function originOf(
  simulation: Simulation,
  { checkpointUri: uri }: Pick<TrainingJob, 'checkpointUri'>,
): Promise<{ readonly from: number; readonly failsToLoad: boolean }> {
  const highest = uri && (await highestCheckpoint(simulatedCheckpoints(simulation), uri));
  if (highest === undefined) return { from: 0, failsToLoad: false };
  return { from: highest.step, failsToLoad: !loads(await objectsOf(simulation), highest.uri) };
}

function transitionsOf(states: readonly (readonly [string, number])[]): readonly StatusTransition[] {
  return states.map(([status, startedAt], index) => {
    const next = states[index + 1];
    return { status, startedAt, ...(next !== undefined && { endedAt: next[1] }) };
  });
}
