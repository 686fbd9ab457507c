import { Redis } from 'ioredis';
import { until } from '../../test/support/until.ts';
import { getJson } from '../../test/support/world.ts';
import { type Account, inLanes, openAccount } from './account.ts';
import { aStorm, type Size, type Storm } from './letters.ts';
import {
  type Channel,
  channelOf,
  incidentsIn,
  type Kept,
  peakMegabytes,
  rootsIn,
  unheardOf,
} from './oracles.ts';
import { openTopic, type Topic } from './topic.ts';
import { type StormWorld, startStormWorld } from './world.ts';

export interface Weather {
  readonly size: Size;
  /** What `POST /_sandbox/fail` calls that which befalls the jobs. */
  readonly failure: string;
  /** How the names of the alarms begin. */
  readonly rule: string;
  /** So many root messages are waited for, and so many incidents to be left open. */
  readonly roots: number;
  readonly open: number;
  readonly messagesPerSecond: number;
  /** What comes after the last root message is watched for so long: results and decisions of all the threads. */
  readonly aftermathMs: number;
}

/** What was seen of a storm, by others than Relight. */
export interface Seen {
  readonly storm: Storm;
  readonly channel: Channel;
  readonly incidents: readonly Kept[];
  readonly deadLetters: number;
  /** Of each message, in ms. */
  readonly took: { readonly sns: readonly number[]; readonly sqs: readonly number[] };
  /** From the first failure on, in seconds. */
  readonly allHeardAfter: number;
  readonly rootsAfter: number;
  readonly peak: { readonly bot: number; readonly worker: number };
}

const patienceMs = 300_000;
const foldedWithinMs = 90_000;

export async function runStorm(relight: string, weather: Weather): Promise<Seen> {
  const world = await startStormWorld(relight, weather.messagesPerSecond);
  const redis = new Redis(world.redis.url);
  try {
    return await weatherIt(world, redis, weather);
  } finally {
    redis.disconnect();
    await world.close();
  }
}

async function weatherIt(world: StormWorld, redis: Redis, weather: Weather): Promise<Seen> {
  const { doors, bot, worker } = world;
  const account = openAccount(doors.region, doors.queue);
  const storm = aStorm(weather.size, weather.rule, Date.now());
  await account.prepare(storm);
  const topic = openTopic(world);
  await quietDay(account, topic, storm);
  const envelopes = storm.published.map(topic.sign);
  const before = ((await getJson(doors.took)) as number[]).length;
  const began = Date.now();
  const since = (at: number): number => (at - began) / 1_000;
  const sns = await breakLoose(account, topic, { ...storm, envelopes }, weather.failure);
  const names = [...storm.names.values()].flatMap((set) => [...set]);
  await until(
    async () => (await unheardOf(redis, names)) === 0 && (await account.left()) === 0,
    'every alarm to be taken in',
    patienceMs,
  );
  const allHeardAfter = since(Date.now());
  await until(
    async () => rootsIn(await channelOf(doors.slack)).length >= weather.roots,
    `${weather.roots} threads`,
    patienceMs,
  );
  // What opened while it was folded is closed within a minute. Where it is not, the figures say so.
  await until(
    async () => (await incidentsIn(redis)).filter(({ closed }) => !closed).length === weather.open,
    `${weather.open} open incidents`,
    foldedWithinMs,
  ).catch(() => undefined);
  const end = Date.now() + weather.aftermathMs;
  await until(() => Date.now() > end, 'what follows', patienceMs);
  account.close();
  topic.publisher.close();
  const channel = await channelOf(doors.slack);
  const posted = rootsIn(channel)
    .map(({ postedAt }) => postedAt)
    .toSorted((one, other) => one - other);
  return {
    storm,
    channel,
    incidents: await incidentsIn(redis),
    deadLetters: await redis.hlen('{relight}:dead-letters'),
    // What the watch before the queue writes.
    took: { sns, sqs: ((await getJson(doors.took)) as number[]).slice(before) },
    allHeardAfter,
    rootsAfter: since(posted[weather.roots - 1] ?? Number.NaN),
    peak: { bot: peakMegabytes(bot.pid), worker: peakMegabytes(worker.pid) },
  };
}

/** A process that has just been started is slow: V8 has not compiled anything yet. */
async function quietDay(account: Account, { sign, publisher }: Topic, { quiet }: Storm): Promise<void> {
  await Promise.all([inLanes(tens(quiet), account.send), publisher.post(quiet.map(sign))]);
  await publisher.took();
  await until(async () => (await account.left()) === 0, 'the quiet day to be over', patienceMs);
}

/** SQS takes ten at a time. */
function tens(bodies: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(bodies.length / 10) }, (_, n) => bodies.slice(n * 10, n * 10 + 10));
}

/** Everything at once: jobs fail, alarms go off, and both are told by the queue and the topic. Gives the ms of each post. */
async function breakLoose(
  account: Account,
  { sign, publisher }: Topic,
  { jobs, standing, queued, envelopes }: Storm & { readonly envelopes: readonly string[] },
  failure: string,
): Promise<readonly number[]> {
  await Promise.all([
    publisher.post(envelopes),
    inLanes(tens(queued), account.send),
    account.raise(standing.map(({ name }) => name)),
    inLanes(jobs, async (job) => publisher.post([sign(await account.fail(job, failure))])),
  ]);
  return publisher.took();
}
