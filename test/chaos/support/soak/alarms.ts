import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { anAlarm } from '../../../alarms/an-alarm-handler.ts';
import type { World } from '../../../support/world.ts';
import type { FailedJob } from './training-jobs.ts';

/** One failure that only an alarm announces: SageMaker reports the job as training. */
export interface Wave {
  readonly job: string;
  readonly name: string;
  /** In ms. */
  readonly at: number;
}

/** Messages to the alarm queue: 5 a second, of which most announce nothing new. */
export interface Alarms {
  /** Sends the messages of one second. `failed`: jobs whose incident may be open. */
  readonly sendSecond: (failed: readonly FailedJob[]) => Promise<void>;
  readonly waves: readonly Wave[];
  /** Raises no further alarm of its own; what is raised is still cleared. */
  readonly calm: () => void;
  /** Whether all waves were cleared. */
  readonly isQuiet: () => boolean;
  readonly sent: () => number;
  /** The number of messages in the queue, in flight or not. */
  readonly remaining: () => Promise<number>;
  readonly close: () => void;
}

const perSecond = 5;
/** An alarm that changes more often is muted as flapping. */
const betweenWavesMs = 480_000;
const betweenJobsMs = 40_000;
const raisedMs = 45_000;
/** No alarm about a job's failure is sent later than this. */
const newsMs = 60_000;
const keptForRepeats = 60;

export function openAlarms(world: World, steady: readonly string[], dice: () => number): Alarms {
  const client = new SQSClient({
    endpoint: world.region.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'soak', secretAccessKey: 'soak' },
  });
  const QueueUrl = world.region.queueUrl;
  const began = Date.now();
  const waves: Wave[] = [];
  const cleared = new Set<Wave>();
  const recent: string[] = [];
  let sent = 0;
  let isCalm = false;

  /** The waves of the jobs are spread over time. */
  const due = (now: number): readonly string[] =>
    steady.flatMap((job, n) => {
      const first = began + n * betweenJobsMs;
      const number = waves.filter((wave) => wave.job === job).length;
      if (isCalm || now < first + number * betweenWavesMs) return [];
      const wave = { job, name: `TrainingJobInterrupted-${job}-by-hand`, at: now };
      waves.push(wave);
      return [anAlarm('ALARM', now, wave)];
    });
  const over = (now: number): readonly string[] =>
    waves.flatMap((wave) => {
      if (cleared.has(wave) || now < wave.at + raisedMs) return [];
      cleared.add(wave);
      return [anAlarm('OK', now, wave)];
    });
  const noise = (now: number, failed: readonly FailedJob[]): string => {
    const news = failed.filter(({ at }) => now - at < newsMs);
    const one = news[Math.floor(dice() * news.length)];
    const kind = dice();
    // About a job whose incident is open, from the time of its failure.
    if (one !== undefined && kind < 0.4)
      return anAlarm('ALARM', one.at + 500, { job: one.job, name: `TrainingJobMemoryUsage-${one.job}` });
    if (kind < 0.7) return recent[Math.floor(dice() * recent.length)] ?? quiet(now, dice);
    return quiet(now, dice);
  };
  return {
    sendSecond: async (failed) => {
      const now = Date.now();
      const news = [...due(now), ...over(now)];
      const rest = Array.from({ length: Math.max(0, perSecond - news.length) }, () => noise(now, failed));
      const bodies = [...news, ...rest];
      recent.push(...bodies);
      recent.splice(0, Math.max(0, recent.length - keptForRepeats));
      const Entries = bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody }));
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      sent += bodies.length;
    },
    waves,
    calm: () => {
      isCalm = true;
    },
    isQuiet: () => waves.every((wave) => cleared.has(wave)),
    sent: () => sent,
    remaining: async () => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return (
        Number(Attributes['ApproximateNumberOfMessages']) +
        Number(Attributes['ApproximateNumberOfMessagesNotVisible'])
      );
    },
    close: () => client.destroy(),
  };
}

/** An alarm that was OK before, or a job of nobody. */
function quiet(now: number, dice: () => number): string {
  const n = Math.floor(dice() * 50);
  return dice() < 0.8
    ? anAlarm('OK', now, { job: `srl-rlvr-gold-quiet-${n}`, name: `TrainingJobMemoryUsage-quiet-${n}` })
    : anAlarm('ALARM', now, { job: `other-team-${n}`, name: `other-team-alarm-${n}` });
}
