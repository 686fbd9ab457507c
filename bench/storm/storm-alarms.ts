import { anAlarm } from '../../test/alarms/an-alarm-handler.ts';
import { seededRandom, shuffled } from '../../test/support/seeded-random.ts';

/** The size of a storm. */
export interface Size {
  readonly alarms: number;
  readonly jobs: number;
}

/** A third of the alarms is in CloudWatch for the poller to find; the rest arrives through the queue and the topic. */
export interface Storm {
  readonly jobs: readonly string[];
  /** Alarms in CloudWatch; each changes to ALARM once. */
  readonly polled: readonly { readonly name: string; readonly job: string }[];
  /** OK alarms that warm up both paths before the storm. */
  readonly warmUp: readonly string[];
  readonly queued: readonly string[];
  readonly published: readonly string[];
  /** The names of all alarms, by job. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

const minute = 60_000;
const warmUpAlarms = 1_000;
/** The share of messages that are duplicates. */
const duplicateShare = 0.2;

/** `rule` is the name prefix that Relight's alarm rules match. The same size always produces the same storm. */
export function aStorm({ alarms, jobs: count }: Size, rule: string, now: number): Storm {
  const random = seededRandom(20_261_127);
  const jobs = Array.from({ length: count }, (_, n) => `srl-rlvr-gold-storm-${n}`);
  const jobOf = (n: number): string => jobs[n % count] ?? '';
  const nameOf = (n: number): string => `${rule}-${jobOf(n)}-${n}`;
  const third = Math.floor(alarms / 3);
  const distinct = alarms - Math.round(alarms * duplicateShare);
  const numbers = Array.from({ length: distinct }, (_, n) => n);
  const sent = numbers.slice(third).map((n) => {
    const at = now - Math.floor(random() * 2 * minute);
    return anAlarm('ALARM', at, { job: jobOf(n), name: nameOf(n) });
  });
  const again = Array.from(
    { length: alarms - distinct },
    () => sent[Math.floor(random() * sent.length)] ?? '',
  );
  const all = shuffled([...sent, ...again], random);
  return {
    jobs,
    polled: numbers.slice(0, third).map((n) => ({ name: nameOf(n), job: jobOf(n) })),
    warmUp: Array.from({ length: warmUpAlarms }, (_, n) =>
      anAlarm('OK', now - 10 * minute, { job: jobOf(n), name: `${rule}-quiet-${n}` }),
    ),
    queued: all.filter((_, n) => n % 2 === 0),
    published: all.filter((_, n) => n % 2 === 1),
    names: new Map(
      jobs.map((job, at) => [job, new Set(numbers.filter((n) => n % count === at).map(nameOf))]),
    ),
  };
}
