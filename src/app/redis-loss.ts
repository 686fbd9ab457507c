import { asOpsError } from '../errors.ts';
import { jobRequestedIn } from '../incidents/intake/reopening.ts';
import type { LostLines } from '../incidents/journal/lost-lines.ts';
import { unlessUnreadable } from '../incidents/journal/readable.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { SendDeps } from '../outbox/send-message.ts';
import type { Core } from './core.ts';

const checkEveryMs = 5_000;
/** Nobody reads the journals of removed incidents again, so they would take memory until the process ends. */
const forgetEveryMs = 5 * 60_000;

type Lossy = Pick<
  Core,
  | 'redis'
  | 'store'
  | 'currentEpoch'
  | 'launches'
  | 'followed'
  | 'paged'
  | 'holds'
  | 'advance'
  | 'announce'
  | 'onLoss'
  | 'tellRestored'
  | 'clock'
  | 'log'
>;

/**
 * Notices that Redis was emptied, replaced, or has lost its last writes in a failover, and rebuilds from what this process
 * knows. A reconnection is the only sign of a failover: the lost lines are written again before anything acts on the rest.
 * What it knows of incidents that were removed after their retention is no loss, and is forgotten.
 */
export function watchForLoss(core: Lossy): { readonly close: () => void } {
  const { redis, store, onLoss, log } = core;
  let known: string | undefined;
  const readAll = async (): Promise<void> => {
    for (const id of store.known()) await unlessUnreadable(store.find(id));
    core.tellRestored();
  };
  const recheck = (): void => void readAll().catch(later(log));
  const check = async (): Promise<void> => {
    const { id } = await core.currentEpoch();
    const [before, isLost] = [known, known !== undefined && known !== id];
    known = id;
    if (!isLost) return;
    log.error({ before, now: id }, 'Redis was emptied or replaced');
    await readAll();
    await core.announce(noticeOf(id));
  };
  onLoss((lost) => void rebuild(core, lost).catch(later(log)));
  const timer = setInterval(() => void check().catch(later(log)), checkEveryMs);
  const forgetting = setInterval(() => void store.forgetRemoved().catch(later(log)), forgetEveryMs);
  void check().catch(later(log));
  redis.forAnswers.on('ready', recheck);
  return {
    close: () => {
      for (const one of [timer, forgetting]) clearInterval(one);
      redis.forAnswers.off('ready', recheck);
    },
  };
}

/** For this long after a failover, a message without a row may stand in Slack already. */
const doubtMs = 10 * 60_000;

/**
 * Whether Redis may have lost what it held about this thread: it was emptied after the thread was opened, or another server
 * took over a moment ago, which may lack the last writes.
 */
export function olderThanRedis({
  currentEpoch,
  serverChangedAt,
  clock,
}: Pick<Core, 'currentEpoch' | 'serverChangedAt' | 'clock'>): SendDeps<never, never>['inDoubt'] {
  return async ({ openedAt }) => {
    const changedAt = await serverChangedAt();
    if (openedAt < changedAt && clock.now() < changedAt + doubtMs) return true;
    return openedAt < (await currentEpoch()).since;
  };
}

function later(log: Lossy['log']): (thrown: unknown) => void {
  return (thrown) => log.warn({ error: asOpsError(thrown).line }, 'Redis will be checked for losses again');
}

function noticeOf(epoch: string): Parameters<Lossy['announce']>[0] {
  return {
    id: `redis-emptied-${epoch.slice(0, 8)}`,
    sign: 'warning',
    headline: 'Redis was emptied or replaced, and open incidents were rebuilt',
    lines: [
      'Nothing was launched because of it, and the buttons of open incidents still work. `/relight list` shows the open incidents: start one that is missing with `/relight start`.',
      'Find out who or what emptied Redis: it must be durable and must not evict.',
    ],
  };
}

/** Everything that Redis held about the incident beside its journal is computed again from it. */
async function rebuild(core: Lossy, { incident: id, outcome, lines }: LostLines): Promise<void> {
  core.log.error({ incident: id, outcome, lines }, 'Redis had lost entries of a journal');
  if (outcome === 'replaced') return;
  await indexAgain(core, await core.store.load(id));
  await core.advance(id);
}

async function indexAgain(core: Lossy, incident: Incident): Promise<void> {
  const { id } = incident;
  for (const job of launchedJobs(incident)) await core.launches.note(job, id);
  if (incident.follows !== undefined) await core.followed.add(id);
  if (incident.held !== undefined) await core.holds.held.add(id);
  if (incident.silence !== undefined) await core.holds.silenced.add(id);
  await core.paged.add(id);
}

/** Jobs that it launched, or is about to launch. */
function launchedJobs({ states }: Incident): readonly string[] {
  return Object.values(states).flatMap((state) => jobRequestedIn(state) ?? []);
}
