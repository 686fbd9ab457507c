import { anAlarm } from '../../test/alarms/an-alarm-handler.ts';
import { seededRandom, shuffled } from '../../test/support/seeded-random.ts';

/** How large a storm is. */
export interface Size {
  readonly alarms: number;
  readonly jobs: number;
}

/** Alarms of which a third stands in CloudWatch, for the poller to find, and the rest is sent by the queue and the topic. */
export interface Storm {
  readonly jobs: readonly string[];
  /** Each changes into ALARM once. */
  readonly standing: readonly { readonly name: string; readonly job: string }[];
  /** What is heard on a quiet day: alarms that are OK. Sent before, by both ways. */
  readonly quiet: readonly string[];
  readonly queued: readonly string[];
  readonly published: readonly string[];
  /** The names of all alarms, by job. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

const minute = 60_000;
const quietAlarms = 1_000;
/** Of all that is sent, so much was sent before. */
const repeated = 0.2;

/** `rule`: the pattern of names by which Relight knows what the alarms mean. Always the same storm for the same size. */
export function aStorm({ alarms, jobs: count }: Size, rule: string, now: number): Storm {
  const dice = seededRandom(20_261_127);
  const jobs = Array.from({ length: count }, (_, n) => `srl-rlvr-gold-storm-${n}`);
  const jobOf = (n: number): string => jobs[n % count] ?? '';
  const nameOf = (n: number): string => `${rule}-${jobOf(n)}-${n}`;
  const third = Math.floor(alarms / 3);
  const distinct = alarms - Math.round(alarms * repeated);
  const numbers = Array.from({ length: distinct }, (_, n) => n);
  const sent = numbers.slice(third).map((n) => {
    const at = now - Math.floor(dice() * 2 * minute);
    return anAlarm('ALARM', at, { job: jobOf(n), name: nameOf(n) });
  });
  const again = Array.from({ length: alarms - distinct }, () => sent[Math.floor(dice() * sent.length)] ?? '');
  const all = shuffled([...sent, ...again], dice);
  return {
    jobs,
    standing: numbers.slice(0, third).map((n) => ({ name: nameOf(n), job: jobOf(n) })),
    quiet: Array.from({ length: quietAlarms }, (_, n) =>
      anAlarm('OK', now - 10 * minute, { job: jobOf(n), name: `${rule}-quiet-${n}` }),
    ),
    queued: all.filter((_, n) => n % 2 === 0),
    published: all.filter((_, n) => n % 2 === 1),
    names: new Map(
      jobs.map((job, at) => [job, new Set(numbers.filter((n) => n % count === at).map(nameOf))]),
    ),
  };
}
