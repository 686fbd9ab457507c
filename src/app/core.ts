import { createChain } from '../audit/chain.ts';
import { createProofs } from '../audit/proofs.ts';
import { autopilotSettings } from '../config/autopilot-settings.ts';
import { attemptBudget } from '../config/charge-settings.ts';
import type { Config } from '../config/environment.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { refuseSettings } from '../incidents/autopilot/refuse-settings.ts';
import type { AttemptBudget } from '../incidents/charge/attempt-budget.ts';
import { createClearAlarm } from '../incidents/intake/alarm-cleared.ts';
import type { Plan } from '../incidents/intake/failure-report.ts';
import { createIntake } from '../incidents/intake/intake.ts';
import type { Chain } from '../incidents/journal/chain-port.ts';
import { createIncidentStore, type IncidentStore } from '../incidents/journal/store.ts';
import type { Log } from '../log.ts';
import { createKeptFiles } from '../outbox/kept-files.ts';
import { createNotices, type Notices, noticeThread } from '../outbox/notices.ts';
import type { Notice } from '../outbox/outbox.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import type { IncidentKind } from '../playbooks/define.ts';
import type { Clock } from '../ports/ports.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { createAdvance, createWake } from '../queue/steps/advance.ts';
import { createReaders } from '../readers/readers.ts';
import { createArchiveState } from '../redis/archive/archive-state.ts';
import { createWaitingJournals } from '../redis/archive/waiting-journals.ts';
import { createAutopilotResets } from '../redis/autopilot/autopilot-resets.ts';
import { type Connections, connect } from '../redis/connection.ts';
import { createDeadLetters } from '../redis/dead-letters.ts';
import { createDrillStores } from '../redis/drills/drill-stores.ts';
import { createHaltStore } from '../redis/halt-store.ts';
import { createIdSet } from '../redis/id-set.ts';
import { createLaunches } from '../redis/launches.ts';
import { createMutedAlarms } from '../redis/muted-alarms.ts';
import { createReadinessStore } from '../redis/readiness/readiness-store.ts';
import { createFailingJobs } from '../redis/recent-failures.ts';
import { createRefusedCommands } from '../redis/refused-attempts.ts';
import { toldInAudit } from './audit/told-in-audit.ts';
import { haltsIn } from './halt-sources.ts';
import { type HoldServices, openHolds } from './holds.ts';
import type { ReadyCheck } from './http.ts';

/** The services that every role uses: Redis, the journal, the playbooks, the queue. */
export type Core = Readonly<ReturnType<typeof createCore>>;

export interface RunningRole {
  readonly checks: readonly ReadyCheck[];
  readonly close: (graceMs: number) => Promise<void>;
}

/** Scans take a reader each; checkpoints and fixes must not wait for them. */
const readersBesideScans = 2;

const day = 24 * 3_600_000;

/** `clock`: tests bring their own. */
export async function openCore(
  config: Config,
  log: Log,
  clock: Clock = { now: () => Date.now() },
): Promise<Core> {
  const catalog = await loadCatalog([shippedCatalog, ...config.playbookFolders]);
  refuseSettings(autopilotSettings(config.settings), catalog);
  const redis = await connect(config.redisUrl, log);
  return createCore({ config, log, catalog, redis, clock });
}

interface Basics {
  readonly config: Config;
  readonly log: Log;
  readonly catalog: Catalog;
  readonly redis: Connections;
  readonly clock: Clock;
}

/** How Relight tells its own entries in Redis from those of others. */
function proofsIn({ keys, acceptUnprovenUntil = 0 }: Config, clock: Clock) {
  const proofs = createProofs(keys);
  const acceptsUnproven = (): boolean => clock.now() < acceptUnprovenUntil;
  return { proofs, acceptsUnproven, chain: createChain(proofs, acceptsUnproven) };
}

/** Tests bring their own clock and catalog. */
export function createCore({ config, log, catalog, redis, clock }: Basics) {
  const own = proofsIn(config, clock);
  const stores = createStores({ config, chain: own.chain, redis: redis.forAnswers, clock });
  const { store, launches, failing, notices } = stores;
  const producer = createProducer(redis.forAnswers, log);
  const holds = holdsIn(config, store, redis.forAnswers, clock);
  const { region, redisUrl, pathStyleBuckets: pathStyle, scanThreads } = config;
  const readers = createReaders({ max: scanThreads + readersBesideScans, redisUrl, pathStyle });
  const tierOf = tierFinder(config.settings.tiers);
  const { incidentOf } = launches;
  const budgetOf = budgetsIn(config);
  return {
    config,
    log,
    clock,
    redis,
    catalog,
    ...own,
    ...stores,
    ...toldInAudit(stores.refusedCommands, producer, config),
    producer,
    /** Processes that read users' files, started on demand. */
    readers,
    budgetOf,
    advance: createAdvance({ store, catalog, clock, producer, enqueue: producer.step, budgetOf }),
    wake: createWake({ store, catalog, producer }),
    intake: createIntake({ store, region, tierOf, incidentOf, holds }),
    /** The first tier in relight.yaml with a pattern that matches the job's name. */
    tierOf,
    holds,
    clearAlarm: createClearAlarm({ store, region, incidentOf, outageOf: failing.outageOf }),
    announce: announcer(notices, producer, clock),
    planFor: planner(catalog),
    close: async () => {
      readers.close();
      await producer.close();
      await redis.close();
    },
  };
}

function planner(catalog: Pick<Catalog, 'handling'>): (kind: IncidentKind) => Plan | undefined {
  return (kind) => {
    const entry = catalog.handling(kind);
    return entry && { id: entry.id, steps: entry.playbook.steps.map((step) => step.key) };
  };
}

function budgetsIn({ settings }: Config): (tier: string) => AttemptBudget {
  return (tier) => attemptBudget(settings, tier);
}

/** Posts a notice in the channel, once per ID. */
function announcer(
  notices: Pick<Notices, 'add'>,
  producer: Pick<Producer, 'deliver'>,
  clock: Clock,
): (notice: Notice) => Promise<void> {
  return async (notice) => {
    await notices.add(notice, clock.now());
    await producer.deliver(noticeThread(notice));
  };
}

interface StoreServices {
  readonly config: Config;
  readonly chain: Chain;
  readonly redis: Connections['forAnswers'];
  readonly clock: Clock;
}

function createStores({ config, chain, redis, clock }: StoreServices) {
  const haltStore = createHaltStore(redis);
  return {
    store: createIncidentStore(redis, chain, clock),
    launches: createLaunches(redis),
    haltStore,
    /** Whether all changes are halted. */
    halts: haltsIn(config, haltStore, clock),
    notices: createNotices(redis),
    failing: createFailingJobs(redis),
    drillStores: createDrillStores(redis),
    deadLetters: createDeadLetters(redis),
    mutedAlarms: createMutedAlarms(redis, clock),
    autopilotResets: createAutopilotResets(redis),
    refusedCommands: createRefusedCommands(redis, chain, clock),
    waitingJournals: createWaitingJournals(redis),
    archiveState: createArchiveState(redis),
    keptFiles: createKeptFiles(redis, clock),
    /** The last measurement of the account's readiness. */
    readinessStore: createReadinessStore(redis),
    /** Incidents that follow a job which a person named. */
    followed: createIdSet(redis, clock, 'followed', 60 * day),
    /** Incidents that may have pages to send. */
    paged: createIdSet(redis, clock, 'paged', 60 * day),
  };
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
