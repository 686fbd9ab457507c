import { genesis, seal } from '../audit/chain.ts';
import type { Config } from '../config/environment.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { type ClearAlarm, createClearAlarm } from '../incidents/intake/alarm-cleared.ts';
import type { Plan } from '../incidents/intake/failure-report.ts';
import { createIntake, type Intake } from '../incidents/intake/intake.ts';
import { createIncidentStore, type IncidentStore } from '../incidents/journal/store.ts';
import type { FailingJobs } from '../incidents/outage/failing-jobs.ts';
import type { RefusedCommands } from '../incidents/refused-commands.ts';
import type { Log } from '../log.ts';
import { createKeptFiles } from '../outbox/kept-files.ts';
import { createNotices, type Notices, noticeThread } from '../outbox/notices.ts';
import type { Notice } from '../outbox/outbox.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import type { IncidentKind } from '../playbooks/define.ts';
import type { Clock } from '../ports/ports.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { type Advance, createAdvance, createWake } from '../queue/steps/advance.ts';
import { createReaders, type Readers } from '../readers/readers.ts';
import { type Connections, connect } from '../redis/connection.ts';
import { createDeadLetters, type DeadLetters } from '../redis/dead-letters.ts';
import { createIdSet } from '../redis/id-set.ts';
import { createLaunches, type Launches } from '../redis/launches.ts';
import { createFailingJobs } from '../redis/recent-failures.ts';
import { createRefusedCommands } from '../redis/refused-attempts.ts';
import { type HoldServices, openHolds } from './holds.ts';
import type { ReadyCheck } from './http.ts';

/** The services that every role uses: Redis, the journal, the playbooks, the queue. */
export interface Core {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly redis: Connections;
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  readonly producer: Producer;
  readonly advance: Advance;
  readonly wake: Advance;
  readonly intake: Intake;
  /** The first tier in relight.yaml with a pattern that matches the job's name. */
  readonly tierOf: ReturnType<typeof tierFinder>;
  readonly holds: HoldServices;
  readonly keptFiles: ReturnType<typeof createKeptFiles>;
  readonly clearAlarm: ClearAlarm;
  readonly failing: FailingJobs;
  readonly launches: Launches;
  readonly deadLetters: DeadLetters;
  /** Refused commands that belong to no incident. */
  readonly refusedCommands: RefusedCommands;
  readonly notices: Notices;
  /** Processes that read users' files, started on demand. */
  readonly readers: Readers;
  /** Posts a notice in the channel, once per ID. */
  readonly announce: (notice: Notice) => Promise<void>;
  readonly planFor: (kind: IncidentKind) => Plan | undefined;
  readonly close: () => Promise<void>;
}

/** A role that runs in this process. */
export interface RunningRole {
  readonly checks: readonly ReadyCheck[];
  readonly close: (graceMs: number) => Promise<void>;
}

/** Scans take a reader each; checkpoints and fixes must not wait for them. */
const readersBesideScans = 2;

function readersFor({ redisUrl, pathStyleBuckets, scanThreads }: Config): Readers {
  const max = scanThreads + readersBesideScans;
  return createReaders({ max, redisUrl, pathStyle: pathStyleBuckets });
}

const day = 24 * 3_600_000;

export async function openCore(config: Config, log: Log): Promise<Core> {
  const catalog = await loadCatalog([shippedCatalog, ...config.playbookFolders]);
  const redis = await connect(config.redisUrl, log);
  return createCore({ config, log, catalog, redis, clock: { now: () => Date.now() } });
}

type Basics = Pick<Core, 'config' | 'log' | 'catalog' | 'redis' | 'clock'>;

/** Tests bring their own clock and catalog. */
export function createCore({ config, log, catalog, redis, clock }: Basics): Core {
  const stores = createStores(redis.forAnswers, clock);
  const { store, launches, failing, notices } = stores;
  const producer = createProducer(redis.forAnswers, log);
  const holds = holdsIn(config, store, redis.forAnswers, clock);
  const readers = readersFor(config);
  const tierOf = tierFinder(config.settings.tiers);
  const { region } = config;
  const { incidentOf } = launches;
  return {
    config,
    log,
    clock,
    redis,
    catalog,
    ...stores,
    producer,
    readers,
    advance: createAdvance({ store, catalog, clock, producer, enqueue: producer.step }),
    wake: createWake({ store, catalog, producer }),
    intake: createIntake({ store, region, tierOf, incidentOf, holds }),
    tierOf,
    holds,
    clearAlarm: createClearAlarm({ store, region, incidentOf, outageOf: failing.outageOf }),
    announce: announcer(notices, producer, clock),
    planFor: (kind) => planIn(catalog, kind),
    close: async () => closeAll(readers, producer, redis),
  };
}

type Stores = Pick<
  Core,
  'store' | 'launches' | 'notices' | 'failing' | 'deadLetters' | 'refusedCommands' | 'keptFiles'
>;

/** Everything that is kept in Redis. */
function createStores(redis: Connections['forAnswers'], clock: Clock): Stores {
  return {
    store: createIncidentStore(redis, { genesis, seal }, clock),
    launches: createLaunches(redis),
    notices: createNotices(redis),
    failing: createFailingJobs(redis),
    deadLetters: createDeadLetters(redis),
    refusedCommands: createRefusedCommands(redis, clock),
    keptFiles: createKeptFiles(redis, clock),
  };
}

function announcer(notices: Notices, producer: Producer, clock: Clock): Core['announce'] {
  return async (notice) => {
    await notices.add(notice, clock.now());
    await producer.deliver(noticeThread(notice));
  };
}

async function closeAll(
  readers: Readers,
  ...others: readonly { close: () => Promise<void> }[]
): Promise<void> {
  readers.close();
  for (const one of others) await one.close();
}

function holdsIn(
  { settings }: Config,
  store: IncidentStore,
  redis: Connections['forAnswers'],
  clock: Clock,
): HoldServices {
  // Longer than any maintenance window and any silence can last.
  const held = createIdSet(redis, clock, 'held', 30 * day);
  const silenced = createIdSet(redis, clock, 'snoozed', 2 * day);
  return openHolds({ settings, store, clock, held, silenced });
}

function planIn(catalog: Catalog, kind: IncidentKind): Plan | undefined {
  const entry = catalog.handling(kind);
  return entry && { id: entry.id, steps: entry.playbook.steps.map((step) => step.key) };
}
