import { Redis } from 'ioredis';
import { until } from '../../test/support/until.ts';
import { getJson } from '../../test/support/world.ts';
import { type Account, inLanes, openAccount } from './account.ts';
import {
  type Channel,
  channelOf,
  incidentsIn,
  peakMegabytes,
  type RecordedIncident,
  rootsIn,
  unrecordedCount,
} from './observations.ts';
import { aStorm, type Size, type Storm } from './storm-alarms.ts';
import { openTopic, type Topic } from './topic.ts';
import { type StormWorld, startStormWorld } from './world.ts';

export interface StormSettings {
  readonly size: Size;
  /** The `kind` for `POST /_sandbox/fail`. */
  readonly failure: string;
  /** The prefix of the alarm names. */
  readonly rule: string;
  /** The expected numbers of root messages and open incidents. */
  readonly roots: number;
  readonly open: number;
  readonly messagesPerSecond: number;
  /** How long to observe after the last root message: the threads still get results and decisions. */
  readonly aftermathMs: number;
}

/** The results of a storm, observed from outside Relight. */
export interface StormResult {
  readonly storm: Storm;
  readonly channel: Channel;
  readonly incidents: readonly RecordedIncident[];
  readonly deadLetters: number;
  /** The duration of each message in ms. */
  readonly took: { readonly sns: readonly number[]; readonly sqs: readonly number[] };
  /** Seconds since the first failure. */
  readonly allRecordedAfter: number;
  readonly rootsAfter: number;
  readonly peak: { readonly bot: number; readonly worker: number };
}

const timeoutMs = 300_000;
const mergedWithinMs = 90_000;

export async function runStorm(relight: string, settings: StormSettings): Promise<StormResult> {
  const world = await startStormWorld(relight, settings.messagesPerSecond);
  const redis = new Redis(world.redis.url);
  try {
    return await observeStorm(world, redis, settings);
  } finally {
    redis.disconnect();
    await world.close();
  }
}

async function observeStorm(world: StormWorld, redis: Redis, settings: StormSettings): Promise<StormResult> {
  const { addresses, bot, worker } = world;
  const account = openAccount(addresses.region, addresses.queue);
  const storm = aStorm(settings.size, settings.rule, Date.now());
  await account.prepare(storm);
  const topic = openTopic(world);
  await warmUp(account, topic, storm);
  const envelopes = storm.published.map(topic.sign);
  const before = ((await getJson(addresses.took)) as number[]).length;
  const began = Date.now();
  const since = (at: number): number => (at - began) / 1_000;
  const sns = await startStorm(account, topic, { ...storm, envelopes }, settings.failure);
  const names = [...storm.names.values()].flatMap((set) => [...set]);
  await until(
    async () => (await unrecordedCount(redis, names)) === 0 && (await account.remaining()) === 0,
    'every alarm to be recorded',
    timeoutMs,
  );
  const allRecordedAfter = since(Date.now());
  await until(
    async () => rootsIn(await channelOf(addresses.slack)).length >= settings.roots,
    `${settings.roots} threads`,
    timeoutMs,
  );
  // Incidents opened during the merge close within a minute. If they do not, the figures show it.
  await until(
    async () => (await incidentsIn(redis)).filter(({ closed }) => !closed).length === settings.open,
    `${settings.open} open incidents`,
    mergedWithinMs,
  ).catch(() => undefined);
  const end = Date.now() + settings.aftermathMs;
  await until(() => Date.now() > end, 'the observation time', timeoutMs);
  account.close();
  topic.publisher.close();
  const channel = await channelOf(addresses.slack);
  const posted = rootsIn(channel)
    .map(({ postedAt }) => postedAt)
    .toSorted((one, other) => one - other);
  return {
    storm,
    channel,
    incidents: await incidentsIn(redis),
    deadLetters: await redis.hlen('{relight}:dead-letters'),
    // The durations from the queue proxy.
    took: { sns, sqs: ((await getJson(addresses.took)) as number[]).slice(before) },
    allRecordedAfter,
    rootsAfter: since(posted[settings.roots - 1] ?? Number.NaN),
    peak: { bot: peakMegabytes(bot.pid), worker: peakMegabytes(worker.pid) },
  };
}

/** A process is slow right after its start, because V8 has not compiled anything yet. */
async function warmUp(
  account: Account,
  { sign, publisher }: Topic,
  { warmUp: alarms }: Storm,
): Promise<void> {
  await Promise.all([inLanes(tens(alarms), account.send), publisher.post(alarms.map(sign))]);
  await publisher.took();
  await until(async () => (await account.remaining()) === 0, 'the warm-up to be over', timeoutMs);
}

/** SQS accepts batches of ten. */
function tens(bodies: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(bodies.length / 10) }, (_, n) => bodies.slice(n * 10, n * 10 + 10));
}

/** Fails all jobs, raises all alarms and sends all messages at once. Returns the duration of each post in ms. */
async function startStorm(
  account: Account,
  { sign, publisher }: Topic,
  { jobs, polled, queued, envelopes }: Storm & { readonly envelopes: readonly string[] },
  failure: string,
): Promise<readonly number[]> {
  await Promise.all([
    publisher.post(envelopes),
    inLanes(tens(queued), account.send),
    account.raise(polled.map(({ name }) => name)),
    inLanes(jobs, async (job) => publisher.post([sign(await account.fail(job, failure))])),
  ]);
  return publisher.took();
}
