import { createChain } from '../audit/chain.ts';
import { createProofs } from '../audit/proofs.ts';
import { approvalPolicy } from '../config/approval-policy.ts';
import { autopilotSettings } from '../config/autopilot-settings.ts';
import { attemptBudget } from '../config/charge-settings.ts';
import type { Config } from '../config/environment.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { type AfterConfigChange, afterConfigChange } from '../incidents/after-config-change.ts';
import { refuseSettings } from '../incidents/autopilot/refuse-settings.ts';
import type { AttemptBudget } from '../incidents/charge/attempt-budget.ts';
import { createClearAlarm } from '../incidents/intake/alarm-cleared.ts';
import { plansIn } from '../incidents/intake/failure-report.ts';
import { createIntake } from '../incidents/intake/intake.ts';
import type { RulesNow } from '../incidents/request/outdated-request.ts';
import type { Log } from '../log.ts';
import { type Notices, noticeThread } from '../outbox/notices.ts';
import type { Notice } from '../outbox/outbox.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import type { Clock } from '../ports/ports.ts';
import { createPayloads } from '../queue/payloads.ts';
import { createProducer, type Producer } from '../queue/producer.ts';
import { createAdvance, createWake } from '../queue/steps/advance.ts';
import { createReaders, type Readers } from '../readers/readers.ts';
import { startSharedClock } from '../redis/clock/shared-clock.ts';
import { type Connections, connect } from '../redis/connection.ts';
import { unreachable } from '../redis/server/ask-server.ts';
import { toldInAudit } from './audit/told-in-audit.ts';
import type { HttpDeps, ReadyCheck } from './http.ts';
import { fenceIn } from './locations/own-fence.ts';
import { createStores, holdsIn } from './stores.ts';

/** The services that every role uses: Redis, the journal, the playbooks, the queue. */
export type Core = Readonly<ReturnType<typeof createCore>>;

export interface RunningRole {
  readonly checks: readonly ReadyCheck[];
  /** Shown by /readyz beside the checks. */
  readonly details?: HttpDeps['details'];
  readonly gauges?: HttpDeps['gauges'];
  readonly close: (graceMs: number) => Promise<void>;
}

/** Scans take a reader each; checkpoints and fixes must not wait for them. */
const readersBesideScans = 2;

/** `given`: tests bring their own clock. Otherwise, all processes use the time of Redis. Throws if Redis cannot be used. */
export async function openCore(config: Config, log: Log, given?: Clock): Promise<Core> {
  const catalog = await loadCatalog([shippedCatalog, ...config.playbookFolders]);
  refuseSettings(autopilotSettings(config.settings), catalog);
  const redis = await connect(config.redisUrl, log);
  if (given !== undefined) return createCore({ config, log, catalog, redis, clock: given });
  const clock = await startSharedClock(redis.forAnswers, log).catch(async (thrown: unknown) => {
    await redis.close();
    throw unreachable(config.redisUrl, thrown);
  });
  const core = createCore({ config, log, catalog, redis, clock });
  const close = async (): Promise<void> => {
    clock.stop();
    await core.close();
  };
  return { ...core, close };
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
  return {
    proofs,
    acceptsUnproven,
    chain: createChain(proofs, acceptsUnproven),
    payloads: createPayloads(proofs, acceptsUnproven),
  };
}

/** Tests bring their own clock and catalog. */
export function createCore({ config, log, catalog, redis, clock }: Basics) {
  const own = proofsIn(config, clock);
  const stores = createStores({ config, chain: own.chain, redis: redis.forAnswers, clock });
  const { store, launches, failing, notices } = stores;
  const producer = createProducer(redis.forAnswers, log, own.payloads);
  const holds = holdsIn(config, store, redis.forAnswers, clock);
  const { region } = config;
  const readers = readersFor(config);
  const tierOf = tierFinder(config.settings.tiers);
  const { incidentOf } = launches;
  const configured = configuredBy(config, catalog, clock.now());
  const advancing = { store, catalog, clock, producer, ...configured };
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
    ...configured,
    advance: createAdvance({ ...advancing, enqueue: producer.step }),
    wake: createWake({ store, catalog, producer }),
    intake: createIntake({ store, region, tierOf, incidentOf, holds }),
    /** The first tier in relight.yaml with a pattern that matches the job's name. */
    tierOf,
    holds,
    clearAlarm: createClearAlarm({ store, region, incidentOf, outageOf: failing.outageOf }),
    announce: announcer(notices, producer, clock),
    planFor: plansIn(catalog),
    close: async () => {
      readers.close();
      await producer.close();
      await redis.close();
    },
  };
}

function readersFor(config: Config): Readers {
  const { redisUrl, pathStyleBuckets: pathStyle, scanThreads } = config;
  return createReaders({
    max: scanThreads + readersBesideScans,
    redisUrl,
    pathStyle,
    fence: fenceIn(config),
  });
}

interface Configured {
  readonly budgetOf: (tier: string) => AttemptBudget;
  readonly rules: RulesNow;
  readonly afterChange: AfterConfigChange;
}

/** relight.yaml as it was at the start of this process, and what follows from it for an open incident. */
function configuredBy({ settings }: Config, catalog: Catalog, readAt: number): Configured {
  const rules: RulesNow = {
    policyOf: (tier, action) => approvalPolicy(settings, tier, action),
    hasTier: (tier) => settings.tiers[tier] !== undefined,
    readAt,
  };
  const budgetOf: Configured['budgetOf'] = (tier) => attemptBudget(settings, tier);
  return { budgetOf, rules, afterChange: afterConfigChange(catalog, rules) };
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
