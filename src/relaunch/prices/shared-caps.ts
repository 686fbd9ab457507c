import { OpsError } from '../../errors.ts';
import { counted } from '../../in-words.ts';
import type {
  AttemptKey,
  Caps,
  CapUse,
  Clock,
  JsonObject,
  Ports,
  Reservation,
  Training,
} from '../../ports/ports.ts';
import { usd as inUsd, launchPrice } from './launch-price.ts';
import { sumOf } from './launch-terms.ts';

const dayMs = 24 * 3_600_000;
/** Long enough for a job that was just created to be visible in AWS. */
const settledMs = 60_000;

export interface CapLimits {
  /** Launches before this time no longer count for their money. */
  readonly since: number;
  readonly concurrentJobs?: number | undefined;
  readonly spendPerDayUsd?: number | undefined;
}

type Cap = 'concurrent_jobs' | 'spend_per_day_usd';

/** The reservations of all processes. */
export interface Reservations {
  /** In one atomic step: reserves, or returns the cap that refuses. The same id is reserved once. */
  readonly reserve: (wanted: Reservation, limits: CapLimits) => Promise<Cap | undefined>;
  readonly all: () => Promise<readonly Reservation[]>;
  readonly end: (one: Reservation) => Promise<void>;
  readonly drop: (one: Reservation) => Promise<void>;
}

export interface CapDeps extends Pick<Ports, 'caps' | 'prices'> {
  readonly reservations: Reservations;
  readonly training: Pick<Training, 'find'>;
  /** Whether the attempt can no longer launch its job. */
  readonly isOver: (attempt: Pick<Reservation, 'incident' | 'step' | 'attempt'>) => Promise<boolean>;
  readonly clock: Clock;
}

/** The caps that count all launches together. The day is the last 24 hours: a calendar day would allow twice the cap around midnight. */
export interface SharedCaps {
  /** Throws `cap-used-up`. For requests that launch nothing, and again for the same attempt, it does nothing. */
  readonly reserve: (key: AttemptKey, request: JsonObject) => Promise<void>;
  /** Counts a launch of this time in ms again, because Redis lost its reservation. No cap refuses it. */
  readonly reserveAgain: (key: AttemptKey, request: JsonObject, at: number) => Promise<void>;
  readonly use: () => Promise<CapUse>;
}

export function createSharedCaps(deps: CapDeps): SharedCaps {
  const { reservations, caps, prices, clock } = deps;
  const { concurrentJobs, spendPerDayUsd } = caps;
  return {
    reserve: async (key, request) => {
      const at = clock.now();
      const wanted = reservationOf(key, request, at, prices);
      if (wanted === undefined) return;
      const limits = { since: at - dayMs, concurrentJobs, spendPerDayUsd };
      if ((await reservations.reserve(wanted, limits)) === undefined) return;
      // Jobs that have ended since may make room.
      await release(deps);
      const refused = await reservations.reserve(wanted, limits);
      if (refused === undefined) return;
      throw new OpsError('cap-used-up', inWords(refused, wanted, caps, await present(deps)));
    },
    reserveAgain: async (key, request, at) => {
      const lost = reservationOf(key, request, at, prices);
      if (lost !== undefined) await reservations.reserve(lost, { since: clock.now() - dayMs });
    },
    use: async () => {
      await release(deps);
      return present(deps);
    },
  };
}

/** Undefined for a request that launches nothing. */
function reservationOf(
  { id, incident, step, attempt }: AttemptKey,
  request: JsonObject,
  at: number,
  prices: Ports['prices'],
): Reservation | undefined {
  const { TrainingJobName: job } = request;
  if (typeof job !== 'string' || !('ResourceConfig' in request)) return undefined;
  const { worstCaseUsd: usd } = launchPrice(request, prices);
  return { id, incident, step, attempt, job, at, ...(usd !== undefined && { usd }) };
}

async function present({ reservations, clock }: CapDeps): Promise<CapUse> {
  const all = (await reservations.all()).toSorted((one, other) => one.at - other.at);
  return {
    running: all.filter(({ ended }) => ended !== true),
    spending: all.filter(({ at }) => at > clock.now() - dayMs),
  };
}

/** Releases what AWS and the journals show to be over: jobs that have ended, and attempts that launched nothing. */
async function release({ reservations, training, isOver, clock }: CapDeps): Promise<void> {
  const running = (await reservations.all()).filter(({ ended }) => ended !== true);
  await Promise.all(
    running.map(async (one) => {
      const job = await training.find(one.job);
      if (job !== undefined && ['Completed', 'Failed', 'Stopped'].includes(job.status))
        await reservations.end(one);
      else if (job === undefined && clock.now() - one.at > settledMs && (await isOver(one)))
        await reservations.drop(one);
    }),
  );
}

const maxNamed = 5;

function inWords(cap: Cap, wanted: Reservation, caps: Caps, { running, spending }: CapUse): string {
  if (cap === 'concurrent_jobs') {
    const limit = caps.concurrentJobs ?? 0;
    return `caps.concurrent_jobs allows ${counted(limit, 'job')}, and ${running.length} of them run: ${named(running)}`;
  }
  const limit = inUsd(caps.spendPerDayUsd ?? 0);
  const left = spending.length === 0 ? '' : `: ${named(spending)}`;
  return `caps.spend_per_day_usd allows ${limit} in 24 hours; this launch may cost ${inUsd(wanted.usd ?? 0)}, and ${inUsd(sumOf(spending))} are counted already${left}`;
}

/** E.g. `job-1 (rl-1234, $120.00), job-2 (rl-5678) and 3 more`. */
function named(reservations: readonly Reservation[]): string {
  const shown = reservations.slice(0, maxNamed).map(({ job, incident, usd: worst }) => {
    const cost = worst === undefined ? '' : `, ${inUsd(worst)}`;
    return `${job} (${incident}${cost})`;
  });
  const more = reservations.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
