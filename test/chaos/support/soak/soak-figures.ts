import { atMost, below, digits, type Figure } from '../../../../bench/figures.ts';
import type { Fleet } from './fleet.ts';
import type { Load } from './load.ts';
import { type Wrongs, wrongsIn } from './oracles.ts';
import type { Handles, Meter, Usage } from './processes.ts';
import type { Stored } from './redis-keys.ts';
import { medianOf, slopePerHour } from './slope.ts';

/** What Relight did, and what it did wrong, as the stand-ins saw it. */
export async function effectFigures(fleet: Fleet, load: Load): Promise<readonly Figure[]> {
  const { clicks, alarms, jobs } = load;
  const approved = new Set(
    clicks.all.flatMap(({ incident }) => (clicks.isDone('approve', incident) ? [incident] : [])),
  );
  const wrongs = await wrongsIn(fleet.world, { failed: jobs.failed, waves: alarms.waves, approved });
  explain(wrongs, load);
  return [
    { what: 'T24: alarm messages, clicks, incidents', value: countsOf(load) },
    { what: 'T24: kills and restarts', value: kindsOf(fleet) },
    {
      what: 'T24: clicks pressed again, since nothing was acknowledged or recorded',
      value: String(clicks.repeated()),
    },
    atMost('T24: jobs not recovered at the end', load.unrecovered().length, 0),
    atMost('T24: alarms without their incident', wrongs.lostAlarms.length, 0),
    atMost('T24: incidents without an alarm of their own', wrongs.extraCards.length, 0),
    atMost('T24: clicks acknowledged and lost', clicks.lost.length + wrongs.missingLaunches.length, 0),
    atMost('T24: launches beyond the first of an incident', wrongs.extraLaunches.length, 0),
    atMost('T24: messages shown twice', wrongs.extraMessages.length, 0),
    atMost('T24: messages that Slack refused, and shared checkpoint folders', wrongs.refused.length, 0),
    atMost('T24: dead letters about jobs of the tiers', await deadLetters(fleet), 0),
  ];
}

/**
 * The growth of a process that was never killed, during the load and from before the first incident until all had left. In the
 * short form, incidents open faster than they end: only the long form, which `isSteady`, has goals for the load itself.
 */
export function processFigures(
  role: string,
  samples: readonly Usage[],
  { before, after }: Readonly<Record<'before' | 'after', Handles>>,
  isSteady: boolean,
): readonly Figure[] {
  const slope = (what: string, of: 'heap' | 'data' | 'rss'): Figure => {
    const perHour = slopePerHour(samples.map((one) => ({ at: one.at, value: one[of] })));
    const last = `, ${digits(samples.at(-1)?.[of] ?? Number.NaN)} MB at the end`;
    const figure = below(
      `T24: ${what} of the ${role} after garbage collection`,
      perHour,
      1,
      'MB an hour',
      'fixed',
    );
    return withGoal({ ...figure, value: `${figure.value}${last}` });
  };
  const withGoal = (figure: Figure): Figure =>
    isSteady ? figure : { what: figure.what, value: figure.value };
  const growth = (of: keyof Handles): readonly Figure[] => {
    const values = samples.map((one) => one[of]);
    const quarter = Math.ceil(values.length / 4);
    const first = medianOf(values.slice(0, quarter));
    const last = medianOf(values.slice(-quarter));
    return [
      withGoal(atMost(`T24: growth of open ${of} of the ${role} during the load`, last - first, 3)),
      atMost(
        `T24: growth of open ${of} of the ${role}, both times without incidents`,
        after[of] - before[of],
        3,
      ),
    ];
  };
  return [
    slope('heap', 'heap'),
    slope('heap without compiled code', 'data'),
    slope('resident memory', 'rss'),
    ...growth('handles'),
    ...growth('sockets'),
  ];
}

/** What is left when every finished incident has left Redis. */
interface Left {
  /** The keys that never expire, before the first incident and now. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly largest: readonly (readonly [key: string, entries: number])[];
  readonly journals: number;
  /** Messages in the alarm queue. */
  readonly messages: number;
}

/** `stored`: what Redis held during the load. */
export function leftFigures(stored: readonly Stored[], left: Left): readonly Figure[] {
  const last = stored.at(-1);
  const keys = left.after.filter((key) => !left.before.includes(key));
  const most = left.largest.map(([key, entries]) => `${key.replace('{relight}:', '')} ${entries}`);
  process.stdout.write(`Keys that were added and never expire: ${keys.join(', ')}\n`);
  process.stdout.write(`Their entries, the most first: ${most.join(', ')}\n`);
  return [
    atMost('T24: messages left in the alarm queue', left.messages, 0),
    {
      what: 'T24: Redis at the end of the load',
      value: `${last?.keys ?? 0} keys, ${digits(last?.megabytes ?? Number.NaN)} MB`,
    },
    lastingKeys(stored),
    atMost('T24: finished jobs kept in the queues', last?.jobs ?? Number.NaN, 30_000),
    atMost('T24: journals left after the retention', left.journals, 0),
    atMost('T24: keys that never expire, added by all incidents that have left', keys.length, 40),
  ];
}

/** Messages about jobs of other teams become dead letters, as they should. */
async function deadLetters({ world }: Fleet): Promise<number> {
  const all = await world.redis.client.hvals('{relight}:dead-letters');
  return all.filter((one) => one.includes('srl-rlvr-')).length;
}

/** A line for the log while the soak runs. */
export function progressOf(load: Load, meters: Readonly<Record<'bot' | 'worker', Meter>>): string {
  const used = Object.entries(meters).map(([role, { samples }]) => {
    const { heap = 0, rss = 0, handles = 0 } = samples.at(-1) ?? {};
    return `${role}: heap ${digits(heap)} MB, resident ${digits(rss)} MB, ${handles} handles`;
  });
  const at = new Date().toISOString().slice(11, 19);
  return [`${at} ${countsOf(load)} (${load.unrecovered().length} open)`, ...used].join('; ');
}

/** Incidents open and leave at the same rate: the keys of the last quarter are those of the second one, within the usual ups and downs. */
function lastingKeys(stored: readonly Stored[]): Figure {
  const quarter = Math.ceil(stored.length / 4);
  const peakFrom = (n: number): number =>
    Math.max(...stored.slice(n * quarter, (n + 1) * quarter).map(({ lasting }) => lasting));
  const [second, last] = [peakFrom(1), peakFrom(3)];
  return {
    what: 'T24: Redis keys that never expire, open incidents included: peak in the second and the last quarter',
    value: `${second}, ${last}`,
    goal: '≤ 1.5 times as many',
    met: last <= 1.5 * second,
    fixed: true,
  };
}

function countsOf({ alarms, clicks, jobs }: Load): string {
  return `${alarms.sent()}, ${clicks.all.length}, ${jobs.failed.length + alarms.waves.length}`;
}

function kindsOf({ disturbed }: Fleet): string {
  const kinds = [...new Set(disturbed.map(({ what }) => what))].toSorted();
  return kinds.map((kind) => `${kind}: ${disturbed.filter(({ what }) => what === kind).length}`).join(', ');
}

/** The figures only count; the log says what and where. */
function explain(wrongs: Wrongs, { clicks, unrecovered }: Load): void {
  const lost = clicks.lost.map(({ at, kind, incident, button }) => ({
    at,
    kind,
    incident,
    value: button.value,
  }));
  for (const [name, list] of Object.entries({ ...wrongs, lost, unrecovered: unrecovered() }))
    if (list.length > 0) process.stdout.write(`${name}: ${JSON.stringify(list)}\n`);
}
