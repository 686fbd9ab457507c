import { setTimeout } from 'node:timers/promises';
import { createChain } from '../../audit/chain.ts';
import { playbookFolders } from '../../config/environment.ts';
import { createIncidentStore } from '../../incidents/journal/store.ts';
import { type Diagnosing, seenBefore } from '../../incidents/record/find-alike.ts';
import { loadCatalog, shippedCatalog } from '../../playbooks/catalog.ts';
import type { SeenBefore } from '../../ports/history/seen-before.ts';
import { connectOnce } from '../../redis/connection.ts';
import { createLaunches } from '../../redis/launches.ts';
import { showRedisUrl, withoutRedisSecrets } from '../../redis/redis-url.ts';
import type { Diagnosed } from './diagnosis-in-words.ts';
import { printProblems } from './print.ts';

/** Adds the earlier incidents to a diagnosis. Never throws. */
export type AddEarlier = (diagnosed: Diagnosed) => Promise<Diagnosed>;

interface History {
  readonly alike: (diagnosing: Diagnosing) => Promise<SeenBefore | undefined>;
  readonly close: () => void;
}

const limitMs = 2_000;

/** A diagnosis is complete without its history: each question to Redis has a short limit, and the first failure is the last. */
export async function withEarlierIncidents(
  url: string,
  work: (addEarlier: AddEarlier) => Promise<void>,
): Promise<void> {
  let history: History | undefined;
  const giveUp = (thrown: unknown): undefined => {
    history?.close();
    history = undefined;
    printProblems([whyWithout(url, thrown)]);
  };
  history = await openHistory(url).catch(giveUp);
  try {
    await work(async (diagnosed) => {
      const { fingerprint } = diagnosed.diagnosis;
      if (history === undefined || fingerprint === undefined) return diagnosed;
      const seen = await history.alike({ fingerprint, job: diagnosed.job.name }).catch(giveUp);
      return seen === undefined ? diagnosed : { ...diagnosed, seenBefore: seen };
    });
  } finally {
    history?.close();
  }
}

async function openHistory(url: string): Promise<History> {
  const catalog = await loadCatalog([shippedCatalog, ...playbookFolders()]);
  const redis = connectOnce(url);
  const close = (): void => redis.disconnect();
  const clock = { now: () => Date.now() };
  const store = createIncidentStore(redis, createChain(), clock);
  // Only Slack knows the addresses of threads.
  const deps = {
    store,
    catalog,
    incidentOf: createLaunches(redis).incidentOf,
    linkTo: async () => undefined,
  };
  try {
    await within(redis.connect());
  } catch (thrown) {
    close();
    throw thrown;
  }
  return { alike: async (diagnosing) => within(seenBefore(deps, diagnosing, clock.now())), close };
}

async function within<Result>(promise: Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const late = setTimeout(limitMs, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${limitMs / 1_000} seconds`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
  }
}

function whyWithout(url: string, thrown: unknown): string {
  const why = withoutRedisSecrets(thrown instanceof Error ? thrown.message : String(thrown), url);
  return `earlier incidents were not looked up in Redis at ${showRedisUrl(url)} (${why.replace(/\.$/, '')}). The diagnosis is complete without them`;
}
