import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { matches } from '../../patterns.ts';
import type { AlarmHandler } from '../handle-alarm.ts';
import type { ListedAlarm, ListedJob, PolledState } from '../ports.ts';
import type { AlarmRule } from '../rules.ts';

/** What polls of all processes have in common; `queue/poll-marks.ts` keeps it in Redis. */
export interface PollCursor {
  /** When the very first poll began: what broke long before is not for us. */
  readonly startedAt: (now: number) => Promise<number>;
  /** Everything that changed until then was handed in. */
  readonly position: () => Promise<number | undefined>;
  readonly moveTo: (to: number) => Promise<void>;
  readonly wasHandled: (id: string) => Promise<boolean>;
  readonly handled: (id: string) => Promise<void>;
}

export interface PollerDeps {
  readonly aws: PolledState;
  readonly cursor: PollCursor;
  readonly handleAlarm: AlarmHandler;
  readonly rules: readonly AlarmRule[];
  /** Whether Relight looks after this job. */
  readonly isOurs: (job: string) => boolean;
  /** The alarms that open incidents know as raised. */
  readonly raisedInIncidents: () => Promise<readonly string[]>;
  /** AWS has answered. */
  readonly alive: () => Promise<void>;
  /** Something broke while Relight was looking, and no message had told of it. */
  readonly reportMissed: (news: { readonly job: string; readonly changedAt: number }) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** What broke so long before the first start may still be recovered within an RTO. */
const lookBackMs = 3_600_000;
/** A listing may lag behind the change: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
const overlapMs = 120_000;
/** What is announced at all is announced by then. */
const deliveryMs = 30_000;

/**
 * Looks at AWS itself and hands in, as if EventBridge had announced it, whatever is broken: the messages may have
 * been lost. Called again and again by one process among all; a poll that fails half-way is begun anew by the next.
 */
export function createPoller(parts: PollerDeps): () => Promise<void> {
  return async () => {
    const began = parts.now();
    const first = (await parts.cursor.startedAt(began)) - lookBackMs;
    const cursor = await parts.cursor.position();
    const since = Math.max(first, (cursor ?? first) - overlapMs);
    // Before the jobs: what an alarm is about has then happened by the time they are listed, and is told first.
    const [alarms] = await Promise.allSettled([parts.aws.raisedAlarms()]);
    const jobs = await parts.aws.jobsChangedSince(since);
    const broken = jobs.filter((news) => isBroken(news) && parts.isOurs(news.job));
    const complete = await handleEach(parts, broken, (poller, news) =>
      handleJob(poller, news, cursor ?? began),
    );
    if (complete) await parts.cursor.moveTo(began);
    if (alarms.status === 'rejected') throw alarms.reason;
    await handleAlarms(parts, alarms.value, first);
    await parts.alive();
  };
}

function isBroken({ status, secondaryStatus }: ListedJob): boolean {
  return status === 'Failed' || status === 'Stopped' || secondaryStatus === 'Interrupted';
}

/** One that cannot be told now must not keep the others waiting; false when there was one. */
async function handleEach<News>(
  parts: PollerDeps,
  all: readonly News[],
  tell: (parts: PollerDeps, news: News) => Promise<void>,
): Promise<boolean> {
  let complete = true;
  for (const news of all)
    await tell(parts, news).catch((error: unknown) => {
      complete = false;
      parts.log.warn(
        { error: asOpsError(error).line },
        'the poller could not tell of something; it will again',
      );
    });
  return complete;
}

async function handleJob(parts: PollerDeps, { job, changedAt }: ListedJob, cursor: number): Promise<void> {
  const id = `job:${job}:${changedAt}`;
  if (await parts.cursor.wasHandled(id)) return;
  const body = await parts.aws.jobEvent(job);
  const outcome = body === undefined ? 'quiet' : await parts.handleAlarm({ id, body, path: 'poller' });
  // What broke while Relight did not run may still be on its way to it.
  const looking = changedAt > cursor - overlapMs && parts.now() - changedAt > deliveryMs;
  if (outcome === 'opened' && looking) await parts.reportMissed({ job, changedAt });
  await parts.cursor.handled(id);
}

/** Alarms that are raised, and those that were and are so no more. What no rule knows is not ours. */
async function handleAlarms(parts: PollerDeps, listed: readonly ListedAlarm[], first: number): Promise<void> {
  const raised = listed.filter(
    ({ name, changedAt }) => changedAt >= first && parts.rules.some(({ alarm }) => matches(alarm, name)),
  );
  const names = new Set(listed.map(({ name }) => name));
  const gone = (await parts.raisedInIncidents()).filter((name) => !names.has(name));
  const over = gone.length === 0 ? [] : await parts.aws.alarmsNamed(gone);
  await handleEach(parts, [...raised, ...over], handleListedAlarm);
}

async function handleListedAlarm(
  parts: PollerDeps,
  { name, state, changedAt, body }: ListedAlarm,
): Promise<void> {
  const id = `alarm:${name}:${state}:${changedAt}`;
  if (await parts.cursor.wasHandled(id)) return;
  await parts.handleAlarm({ id, body, path: 'poller' });
  await parts.cursor.handled(id);
}
