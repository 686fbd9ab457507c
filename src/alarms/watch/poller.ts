import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { matches } from '../../patterns.ts';
import type { AlarmHandler } from '../handle-alarm.ts';
import type { ListedAlarm, ListedJob, PolledState } from '../ports.ts';
import type { AlarmRule } from '../rules.ts';

/** How far polling has come, shared by all processes. */
export interface PollCursor {
  /** When the very first poll started: older failures are out of scope. */
  readonly startedAt: (now: number) => Promise<number>;
  /** Every change up to this time was handled. */
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
  readonly isOurs: (job: string) => boolean;
  /** The alarms that are in ALARM according to open incidents. */
  readonly raisedInIncidents: () => Promise<readonly string[]>;
  /** Called after AWS answered every request of a poll. */
  readonly alive: () => Promise<void>;
  /** Called for a failure that happened while Relight was running and that no message announced. */
  readonly reportMissed: (news: { readonly job: string; readonly changedAt: number }) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** Failures this long before the first start may still be recovered within their RTO. */
const lookBackMs = 3_600_000;
/** List calls may lag behind the change: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
const overlapMs = 120_000;
/** A message that is sent at all arrives within this time. */
const deliveryMs = 30_000;

/**
 * Polls AWS and handles every failure as if EventBridge had announced it, since its message may have been lost. Called
 * repeatedly, by one process at a time; a poll that fails halfway is repeated by the next one.
 */
export function createPoller(deps: PollerDeps): () => Promise<void> {
  return async () => {
    const began = deps.now();
    const first = (await deps.cursor.startedAt(began)) - lookBackMs;
    const cursor = await deps.cursor.position();
    const since = Math.max(first, (cursor ?? first) - overlapMs);
    // Alarms are read first and handled last: a job failure behind an alarm is then in the job list and handled before it.
    const [alarms] = await Promise.allSettled([deps.aws.raisedAlarms()]);
    const jobs = await deps.aws.jobsChangedSince(since);
    const broken = jobs.filter((news) => isBroken(news) && deps.isOurs(news.job));
    const complete = await handleEach(deps, broken, (poller, news) =>
      handleJob(poller, news, cursor ?? began),
    );
    if (complete) await deps.cursor.moveTo(began);
    if (alarms.status === 'rejected') throw alarms.reason;
    await handleAlarms(deps, alarms.value, first);
    await deps.alive();
  };
}

function isBroken({ status, secondaryStatus }: ListedJob): boolean {
  return status === 'Failed' || status === 'Stopped' || secondaryStatus === 'Interrupted';
}

/** Keeps going after a failure; returns false if any item failed. */
async function handleEach<News>(
  deps: PollerDeps,
  all: readonly News[],
  handle: (deps: PollerDeps, news: News) => Promise<void>,
): Promise<boolean> {
  let complete = true;
  for (const news of all)
    await handle(deps, news).catch((error: unknown) => {
      complete = false;
      deps.log.warn({ error: asOpsError(error).line }, 'the poller could not handle a change; it will retry');
    });
  return complete;
}

async function handleJob(deps: PollerDeps, { job, changedAt }: ListedJob, cursor: number): Promise<void> {
  const id = `job:${job}:${changedAt}`;
  if (await deps.cursor.wasHandled(id)) return;
  const body = await deps.aws.jobEvent(job);
  const outcome = body === undefined ? 'quiet' : await deps.handleAlarm({ id, body, path: 'poller' });
  // The message of a failure from before Relight started may still be on its way.
  const running = changedAt > cursor - overlapMs && deps.now() - changedAt > deliveryMs;
  if (outcome === 'opened' && running) await deps.reportMissed({ job, changedAt });
  await deps.cursor.handled(id);
}

/** Handles alarms that are in ALARM and match a rule, and those that were in ALARM and no longer are. */
async function handleAlarms(deps: PollerDeps, listed: readonly ListedAlarm[], first: number): Promise<void> {
  const raised = listed.filter(
    ({ name, changedAt }) => changedAt >= first && deps.rules.some(({ alarm }) => matches(alarm, name)),
  );
  const subjects = new Set(listed.map(({ subject }) => subject));
  const cleared = (await deps.raisedInIncidents()).filter((name) => !subjects.has(name));
  const changed = cleared.length === 0 ? [] : await deps.aws.alarmsNamed(cleared);
  await handleEach(deps, [...raised, ...changed], handleListedAlarm);
}

async function handleListedAlarm(deps: PollerDeps, listed: ListedAlarm): Promise<void> {
  const { subject, state, changedAt, body } = listed;
  const id = `alarm:${subject}:${state}:${changedAt}`;
  if (await deps.cursor.wasHandled(id)) return;
  const outcome = await deps.handleAlarm({ id, body, path: 'poller' });
  // A muted alarm opens its incident when the mute rule ends, which no message announces.
  if (state !== 'ALARM' || outcome !== 'quiet') await deps.cursor.handled(id);
}
