import { clock } from '../../in-words.ts';
import type { Announcement } from '../../incidents/announcement.ts';
import type { Log } from '../../log.ts';

/** The paths that alarms arrive on. Each one reports a heartbeat. */
export type HeartbeatSource = 'sqs' | 'sns' | 'poller';

/** When each source was last heard from, and which silences were announced; shared by all processes. */
export interface Heartbeats {
  readonly beat: (source: HeartbeatSource, now: number) => Promise<void>;
  /** Undefined if it was never heard from. */
  readonly last: (source: HeartbeatSource) => Promise<number | undefined>;
  /** The start of a silence that was announced and has not ended. */
  readonly silence: (source: HeartbeatSource) => Promise<number | undefined>;
  readonly setSilence: (source: HeartbeatSource, since: number | undefined) => Promise<void>;
}

export interface HeartbeatDeps {
  readonly heartbeats: Heartbeats;
  /** The sources to watch, with the minutes of silence after which something is wrong. */
  readonly expected: ReadonlyMap<HeartbeatSource, number>;
  readonly announce: (announcement: Announcement) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

export const sourceNames: Readonly<Record<HeartbeatSource, string>> = {
  sqs: 'the alarm queue (SQS)',
  sns: 'the SNS webhook',
  poller: 'the AWS poller',
};

export const sourceRemedies: Readonly<Record<HeartbeatSource, string>> = {
  sqs: 'Check that a process with RELIGHT_ROLE=worker is running and may read ALARM_QUEUE_URL: run `relight doctor`, and see the worker’s log for the reason.',
  sns: 'Check the subscription of the topic (failed deliveries, its dead-letter queue) and that /alarms/sns is reachable over HTTPS.',
  poller:
    'Check that a process with RELIGHT_ROLE=worker is running and may call ListTrainingJobs and DescribeAlarms: run `relight doctor`, and see the worker’s log for the reason.',
};

/** Announces once that a source went silent, and once that it is back. */
export function createHeartbeatWatch(deps: HeartbeatDeps): () => Promise<void> {
  return async () => {
    for (const [source, minutes] of deps.expected) await checkSource(deps, source, minutes * 60_000);
  };
}

async function checkSource(
  deps: HeartbeatDeps,
  source: HeartbeatSource,
  maxSilenceMs: number,
): Promise<void> {
  const { heartbeats, now } = deps;
  const last = await heartbeats.last(source);
  // A source that was never heard from counts as heard at the first check.
  if (last === undefined) return heartbeats.beat(source, now());
  const silence = await heartbeats.silence(source);
  const silent = now() - last > maxSilenceMs;
  if (silent && silence === undefined) await announceSilence(deps, source, last, maxSilenceMs);
  if (!silent && silence !== undefined) await announceReturn(deps, source, silence);
}

/** Announced before it is recorded: after a crash in between, the same id keeps the announcement from appearing twice. */
async function announceSilence(
  { heartbeats, announce, log }: HeartbeatDeps,
  source: HeartbeatSource,
  last: number,
  patienceMs: number,
): Promise<void> {
  log.error({ source, last }, 'an alarm source is silent');
  await announce({
    id: `silent-${source}-${last}`,
    sign: 'warning',
    headline: `No messages from ${sourceNames[source]}`,
    lines: [
      `Last heard from at ${clock(last)}, expected at least every ${Math.round(patienceMs / 60_000)} minutes. Failures may be announced late or not at all.`,
      sourceRemedies[source],
    ],
  });
  await heartbeats.setSilence(source, last);
}

async function announceReturn(
  { heartbeats, announce }: HeartbeatDeps,
  source: HeartbeatSource,
  silence: number,
): Promise<void> {
  await announce({
    id: `heard-${source}-${silence}`,
    sign: 'done',
    headline: `Messages again from ${sourceNames[source]}`,
    lines: [`Silent since ${clock(silence)}. Failures missed in the meantime are being looked up.`],
  });
  await heartbeats.setSilence(source, undefined);
}

/** Announced at most once every six hours: a source that loses one message loses many. */
const missedNoticeEveryMs = 6 * 3_600_000;

export function missedEvent(job: string, at: number): Announcement {
  return {
    id: `missed-${Math.floor(at / missedNoticeEveryMs)}`,
    sign: 'warning',
    headline: 'Missed event: the poller found a failure that no message announced',
    lines: [
      `${job} failed at ${clock(at)}. The poller found it, so nothing is lost, but other failures may be announced up to two minutes late.`,
      'Check that the EventBridge rule still sends SageMaker training job state changes to the alarm queue.',
    ],
  };
}
