import { EventEmitter } from 'node:events';
import type { Config } from '../config/environment.ts';
import type { Chain } from '../incidents/journal/chain-port.ts';
import type { LostLines } from '../incidents/journal/lost-lines.ts';
import { createIncidentStore, type IncidentStore } from '../incidents/journal/store.ts';
import { createKeptFiles } from '../outbox/kept-files.ts';
import { createNotices } from '../outbox/notices.ts';
import type { Clock } from '../ports/ports.ts';
import { createArchiveState } from '../redis/archive/archive-state.ts';
import { createWaitingJournals } from '../redis/archive/waiting-journals.ts';
import { createAutopilotResets } from '../redis/autopilot/autopilot-resets.ts';
import { type Connections } from '../redis/connection.ts';
import { createDeadLetters } from '../redis/dead-letters.ts';
import { createDrillStores } from '../redis/drills/drill-stores.ts';
import { createHaltStore } from '../redis/halt-store.ts';
import { createIdSet } from '../redis/id-set.ts';
import { createLaunches } from '../redis/launches.ts';
import { createEpoch } from '../redis/loss/epoch.ts';
import { createServerChanges } from '../redis/loss/server-changes.ts';
import { createMutedAlarms } from '../redis/muted-alarms.ts';
import { createReadinessStore } from '../redis/readiness/readiness-store.ts';
import { createFailingJobs } from '../redis/recent-failures.ts';
import { createRefusedCommands } from '../redis/refused-attempts.ts';
import { haltsIn } from './halt/halt-sources.ts';
import { type HoldServices, openHolds } from './holds.ts';

const day = 24 * 3_600_000;

interface StoreServices {
  readonly config: Config;
  readonly chain: Chain;
  readonly redis: Connections['forAnswers'];
  readonly clock: Clock;
}

/** Everything that Redis keeps, and how Relight tells its own entries from those of others. */
export function createStores({ config, chain, redis, clock }: StoreServices) {
  const haltStore = createHaltStore(redis);
  const losses = new EventEmitter<{ lost: [LostLines]; restored: [] }>();
  return {
    store: createIncidentStore(redis, chain, clock, (lost) => losses.emit('lost', lost)),
    tellLoss: (lost: LostLines) => void losses.emit('lost', lost),
    /** Calls back with each loss of journal entries in Redis that this process notices. */
    onLoss: (tell: (lost: LostLines) => void) => void losses.on('lost', tell),
    tellRestored: () => void losses.emit('restored'),
    /** Calls back when all journals that this process knows are in Redis again, whichever process had to write them. */
    onRestored: (tell: () => void) => void losses.on('restored', tell),
    currentEpoch: createEpoch(redis, clock),
    serverChangedAt: createServerChanges(redis, clock),
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
    /** Changes whose result is not in the vault yet. */
    unarchived: createIdSet(redis, clock, 'unarchived', 366 * day),
    /** Incidents that may have pages to send. */
    paged: createIdSet(redis, clock, 'paged', 60 * day),
  };
}

export function holdsIn(
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
