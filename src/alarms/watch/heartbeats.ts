import type { Announcement } from '../../incidents/announcement.ts';
import type { Log } from '../../log.ts';

/** The ways on which alarms arrive, each with a heart that beats. */
export type HeartbeatSource = 'sqs' | 'sns' | 'poller';

/** Since when a source has been silent and was said to be, shared by all processes; `queue/heartbeats.ts` keeps it. */
export interface Heartbeats {
  readonly beat: (source: HeartbeatSource, now: number) => Promise<void>;
  /** Undefined where it was never heard. */
  readonly last: (source: HeartbeatSource) => Promise<number | undefined>;
  /** The silence that was announced and has not ended. */
  readonly silence: (source: HeartbeatSource) => Promise<number | undefined>;
  readonly setSilence: (source: HeartbeatSource, since: number | undefined) => Promise<void>;
}

export interface HeartbeatDeps {
  readonly heartbeats: Heartbeats;
  /** Those that should be heard, and after how many minutes of silence something is wrong. */
  readonly expected: ReadonlyMap<HeartbeatSource, number>;
  readonly announce: (announcement: Announcement) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

const names: Readonly<Record<HeartbeatSource, string>> = {
  sqs: 'the alarm queue (SQS)',
  sns: 'the SNS webhook',
  poller: 'the poller that asks AWS itself',
};

const remedies: Readonly<Record<HeartbeatSource, string>> = {
  sqs: 'Look whether a process with RELIGHT_ROLE=worker runs and may read ALARM_QUEUE_URL: `relight doctor` says so, its log says why.',
  sns: 'Look at the subscription of the topic (deliveries that failed, its dead-letter queue) and whether /alarms/sns can be reached by HTTPS.',
  poller:
    'Look whether a process with RELIGHT_ROLE=worker runs and may call ListTrainingJobs and DescribeAlarms: `relight doctor` says so, its log says why.',
};

/** Says once that a source has fallen silent, and once that it is heard again. */
export function createHeartbeatWatch(parts: HeartbeatDeps): () => Promise<void> {
  return async () => {
    for (const [source, minutes] of parts.expected) await checkSource(parts, source, minutes * 60_000);
  };
}

async function checkSource(
  parts: HeartbeatDeps,
  source: HeartbeatSource,
  maxSilenceMs: number,
): Promise<void> {
  const { heartbeats, now } = parts;
  const last = await heartbeats.last(source);
  // From its first look on it waits for a source that was never heard.
  if (last === undefined) return heartbeats.beat(source, now());
  const silence = await heartbeats.silence(source);
  const silent = now() - last > maxSilenceMs;
  if (silent && silence === undefined) await announceSilence(parts, source, last, maxSilenceMs);
  if (!silent && silence !== undefined) await announceReturn(parts, source, silence);
}

/** Said first, noted after: a crash in between says it again under the same id, which is once. */
async function announceSilence(
  { heartbeats, announce, log }: HeartbeatDeps,
  source: HeartbeatSource,
  last: number,
  patienceMs: number,
): Promise<void> {
  log.error({ source, last }, 'a source of alarms is silent');
  await announce({
    id: `silent-${source}-${last}`,
    sign: 'warning',
    headline: `Nothing is heard from ${names[source]}`,
    lines: [
      `Last heard at ${clock(last)}, and it should be heard at least every ${Math.round(patienceMs / 60_000)} minutes. Failures may be announced late, or not at all.`,
      remedies[source],
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
    headline: `Heard again: ${names[source]}`,
    lines: [`It had been silent since ${clock(silence)}. What was missed meanwhile is being looked up.`],
  });
  await heartbeats.setSilence(source, undefined);
}

/** At most once in six hours: a source that loses one message loses many. */
const missedNoticeEveryMs = 6 * 3_600_000;

export function missedEvent(job: string, at: number): Announcement {
  return {
    id: `missed-${Math.floor(at / missedNoticeEveryMs)}`,
    sign: 'warning',
    headline: 'A failure was found that no message had told of',
    lines: [
      `${job} broke at ${clock(at)}; the poller found it, so nothing is lost. Other failures may be announced up to two minutes late.`,
      'Look whether the EventBridge rule still sends SageMaker’s training job state changes to the alarm queue.',
    ],
  };
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
