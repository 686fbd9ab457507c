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
import { type HoldSide, openHolds } from './hold-services.ts';
import type { ReadyCheck } from './http.ts';

/** What every role stands on: Redis, the journal, the playbooks, the way onto the queue. */
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
  readonly holds: HoldSide;
  readonly clearAlarm: ClearAlarm;
  readonly failing: FailingJobs;
  readonly launches: Launches;
  readonly deadLetters: DeadLetters;
  /** Refused commands that belong to no incident. */
  readonly refusedCommands: RefusedCommands;
  readonly notices: Notices;
  /** Processes that read files of users; none runs before it is needed. */
  readonly readers: Readers;
  /** Says something in the channel, once. */
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
  const clock: Clock = { now: () => Date.now() };
  const store = createIncidentStore(redis.forAnswers, { genesis, seal }, clock);
  const launches = createLaunches(redis.forAnswers);
  const producer = createProducer(redis.forAnswers, log);
  const notices = createNotices(redis.forAnswers);
  const holds = holdsIn(config, store, redis.forAnswers, clock);
  const failing = createFailingJobs(redis.forAnswers);
  const readers = readersFor(config);
  const { region } = config;
  const { incidentOf } = launches;
  return {
    config,
    log,
    clock,
    redis,
    store,
    catalog,
    producer,
    readers,
    advance: createAdvance({ store, catalog, clock, producer, enqueue: producer.step }),
    wake: createWake({ store, catalog, producer }),
    intake: createIntake({ store, region, tierOf: tierFinder(config.settings.tiers), incidentOf, holds }),
    holds,
    clearAlarm: createClearAlarm({ store, region, incidentOf, outageOf: failing.outageOf }),
    failing,
    launches,
    deadLetters: createDeadLetters(redis.forAnswers),
    refusedCommands: createRefusedCommands(redis.forAnswers, clock),
    notices,
    announce: announcer(notices, producer, clock),
    planFor: (kind) => planIn(catalog, kind),
    close: async () => closeAll(readers, producer, redis),
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
): HoldSide {
  // Longer than any maintenance window may be open, and any snooze may last.
  const held = createIdSet(redis, clock, 'held', 30 * day);
  const silenced = createIdSet(redis, clock, 'snoozed', 2 * day);
  return openHolds({ settings, store, clock, held, silenced });
}

function planIn(catalog: Catalog, kind: IncidentKind): Plan | undefined {
  const entry = catalog.handling(kind);
  return entry && { id: entry.id, steps: entry.playbook.steps.map((step) => step.key) };
}
