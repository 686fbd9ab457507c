import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { matches } from '../../patterns.ts';
import type { Desk } from '../handle-alarm.ts';
import type { AlarmNews, AskedState, JobNews } from '../ports.ts';
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

export interface PollerParts {
  readonly aws: AskedState;
  readonly cursor: PollCursor;
  readonly desk: Desk;
  readonly rules: readonly AlarmRule[];
  /** Whether Relight looks after this job. */
  readonly isOurs: (job: string) => boolean;
  /** The alarms that open incidents know as raised. */
  readonly raised: () => Promise<readonly string[]>;
  /** AWS has answered. */
  readonly alive: () => Promise<void>;
  /** Something broke while Relight was looking, and no message had told of it. */
  readonly missed: (news: { readonly job: string; readonly changedAt: number }) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** What broke so long before the first start may still be recovered within an RTO. */
const lookBackMs = 3_600_000;
/** A listing may lag behind the change: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
const overlapMs = 120_000;
/** What is announced at all is announced by then. */
const pushesTakeMs = 30_000;

/**
 * Looks at AWS itself and hands in, as if EventBridge had announced it, whatever is broken: the messages may have
 * been lost. Called again and again by one process among all; a poll that fails half-way is begun anew by the next.
 */
export function createPoller(parts: PollerParts): () => Promise<void> {
  return async () => {
    const began = parts.now();
    const first = (await parts.cursor.startedAt(began)) - lookBackMs;
    const cursor = await parts.cursor.position();
    const since = Math.max(first, (cursor ?? first) - overlapMs);
    // Before the jobs: what an alarm is about has then happened by the time they are listed, and is told first.
    const [alarms] = await Promise.allSettled([parts.aws.raisedAlarms()]);
    const jobs = await parts.aws.jobsChangedSince(since);
    const broken = jobs.filter((news) => isBroken(news) && parts.isOurs(news.job));
    const complete = await eachOf(parts, broken, (poller, news) => tellJob(poller, news, cursor ?? began));
    if (complete) await parts.cursor.moveTo(began);
    if (alarms.status === 'rejected') throw alarms.reason;
    await tellAlarms(parts, alarms.value, first);
    await parts.alive();
  };
}

function isBroken({ status, secondaryStatus }: JobNews): boolean {
  return status === 'Failed' || status === 'Stopped' || secondaryStatus === 'Interrupted';
}

/** One that cannot be told now must not keep the others waiting; false when there was one. */
async function eachOf<News>(
  parts: PollerParts,
  all: readonly News[],
  tell: (parts: PollerParts, news: News) => Promise<void>,
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

async function tellJob(parts: PollerParts, { job, changedAt }: JobNews, cursor: number): Promise<void> {
  const id = `job:${job}:${changedAt}`;
  if (await parts.cursor.wasHandled(id)) return;
  const body = await parts.aws.jobEvent(job);
  const outcome = body === undefined ? 'quiet' : await parts.desk({ id, body, path: 'poller' });
  // What broke while Relight did not run may still be on its way to it.
  const looking = changedAt > cursor - overlapMs && parts.now() - changedAt > pushesTakeMs;
  if (outcome === 'opened' && looking) await parts.missed({ job, changedAt });
  await parts.cursor.handled(id);
}

/** Alarms that are raised, and those that were and are so no more. What no rule knows is not ours. */
async function tellAlarms(parts: PollerParts, listed: readonly AlarmNews[], first: number): Promise<void> {
  const raised = listed.filter(
    ({ name, changedAt }) => changedAt >= first && parts.rules.some(({ alarm }) => matches(alarm, name)),
  );
  const names = new Set(listed.map(({ name }) => name));
  const gone = (await parts.raised()).filter((name) => !names.has(name));
  const over = gone.length === 0 ? [] : await parts.aws.alarmsNamed(gone);
  await eachOf(parts, [...raised, ...over], tellAlarm);
}

async function tellAlarm(parts: PollerParts, { name, state, changedAt, body }: AlarmNews): Promise<void> {
  const id = `alarm:${name}:${state}:${changedAt}`;
  if (await parts.cursor.wasHandled(id)) return;
  await parts.desk({ id, body, path: 'poller' });
  await parts.cursor.handled(id);
}
