import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Connections } from '../redis/connection.ts';
import { annotate } from '../tracing/span.ts';
import { queues } from './jobs.ts';
import { createSchedules, type Schedule, type Schedules } from './schedules.ts';
import type { Running } from './watched-worker.ts';
import { start } from './worker.ts';

/** Work that is repeated on a schedule. Each run happens in one process among all, whichever is free. */
export interface Repeated extends Schedule {
  readonly work: () => Promise<void>;
}

/** Repeated work that runs, and whether Redis still has its schedulers. */
export interface RunningRepeated extends Running {
  readonly check: { readonly name: string; readonly run: () => Promise<string | undefined> };
}

const sweepEveryMs = 15_000;
/** FLUSHALL or a replaced Redis loses the schedulers; they must be back within a minute. */
const restoreEveryMs = 10_000;

/** How many runs may overlap: a sweep that is still waiting is skipped by the next run, and the others are not. */
const sweepRuns = 8;
/** Each had a schedule of its own, which cost Redis eight times the commands. Earlier versions restore theirs. */
const retiredSweeps = ['holds', 'take', 'escalate', 'approvals', 'halt', 'autopilot', 'drills'];

/** Repeated work that needs only Redis and so never waits for AWS. All sweeps are one job, and none waits for another. */
export async function startSweeps(
  redis: Connections,
  log: Log,
  sweeps: Readonly<Record<string, () => Promise<void>>>,
): Promise<RunningRepeated> {
  const all = Object.entries(sweeps).map(([name, work]) => ({ name, everyMs: sweepEveryMs, work }));
  const run = withoutOverlap(all);
  const work = async (): Promise<void> => {
    const ended = await Promise.allSettled(all.map(async ({ name }) => run(name)));
    const failures = ended.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    if (failures.length > 0) throw new OpsError('unexpected', failures.join('; '));
  };
  const one = { name: 'sweep', everyMs: sweepEveryMs, work };
  return startRepeated(redis, log, queues.sweep, [one], { overlapping: sweepRuns, retired: retiredSweeps });
}

/** Repeated work that calls AWS. It has its own queue, because it can take a minute and sweeps must not wait for it. */
export async function startWatches(
  redis: Connections,
  log: Log,
  watches: readonly Repeated[],
): Promise<RunningRepeated> {
  return startRepeated(redis, log, queues.watch, watches);
}

async function startRepeated(
  redis: Connections,
  log: Log,
  name: string,
  all: readonly Repeated[],
  {
    overlapping = 0,
    retired = [],
  }: { readonly overlapping?: number; readonly retired?: readonly string[] } = {},
): Promise<RunningRepeated> {
  const schedules = createSchedules(redis.forAnswers, log, name, all);
  await schedules.create();
  await schedules.remove(retired);
  const restoring = setInterval(() => void restore(schedules, log, name), restoreEveryMs);
  const run = overlapping > 0 ? anyRun(all) : withoutOverlap(all);
  const worker = start(
    { redis: redis.forWorkers, log },
    name,
    // One slow watch, such as the poller while AWS throttles, must not hold up the others, nor the canary.
    Math.max(all.length, overlapping) + 1,
    () => undefined,
    async (_, job) => {
      await run(job.name);
      return 0;
    },
  );
  return {
    isBusy: worker.isBusy,
    check: { name, run: async () => gone(await schedules.missing()) },
    close: async (graceMs) => {
      clearInterval(restoring);
      await worker.close(graceMs);
      await schedules.close();
    },
  };
}

/** During a deployment the schedule may name work that only the other version has. */
function anyRun(all: readonly Repeated[]): (name: string) => Promise<void> {
  return async (name) => {
    const one = all.find((repeated) => repeated.name === name);
    annotate(() => ({ 'relight.work': one?.name }));
    await one?.work();
  };
}

/** BullMQ schedules the next run when the current one starts: work that takes longer than its interval skips runs. */
function withoutOverlap(all: readonly Repeated[]): (name: string) => Promise<void> {
  const running = new Set<string>();
  return async (name) => {
    const one = all.find((repeated) => repeated.name === name);
    // During a deployment the schedule may name work that only the other version has.
    if (one === undefined || running.has(name)) return;
    annotate(() => ({ 'relight.work': name }));
    running.add(name);
    await one.work().finally(() => running.delete(name));
  };
}

/** While Redis is away this fails, and the next call tries again. */
async function restore(schedules: Schedules, log: Log, queue: string): Promise<void> {
  try {
    const restored = await schedules.restore();
    if (restored.length > 0)
      log.error(
        { queue, restored },
        'Redis had lost its schedules: was it emptied or replaced, or a clock set back? They are running again; after a loss, earlier incidents may be gone',
      );
  } catch (error) {
    log.warn({ queue, error: String(error) }, 'schedules could not be checked');
  }
}

function gone(missing: readonly string[]): string | undefined {
  return missing.length === 0
    ? undefined
    : `Redis has lost ${missing.join(', ')}: was it emptied or replaced, or a clock set back? They are set again within ${restoreEveryMs / 1_000} s`;
}
