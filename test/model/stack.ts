import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { type Region, startRegion } from '../../sandbox/aws/start.ts';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { type Relight, startRelight } from '../../src/app/main.ts';
import type { Config } from '../../src/config/environment.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import { createLog } from '../../src/log.ts';
import { queues } from '../../src/queue/jobs.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { portToKeep } from '../support/a-demo.ts';
import { configWith, exampleSettings } from '../support/core.ts';
import { chain } from '../support/proofs.ts';
import { startRedis } from '../support/redis.ts';
import { type SlackRequests, slackRequestsTo } from '../support/slack-requests.ts';
import { postJson } from '../support/world.ts';
import type { Subject } from './subject.ts';

/** What the incidents of a test are about, and who must agree. */
export interface Tier {
  readonly name: 'gold' | 'silver';
  readonly subject: Subject;
  /** How many people must approve a change. */
  readonly approvals: 1 | 2;
  /** What launches may cost within 24 hours. */
  readonly capUsd: number;
  /** One stack's ledgers grow with each sequence. An endpoint is fresh only in a new stack. */
  readonly sequencesPerStack: number;
}

/** Everything as in production, in one process: Redis, BullMQ, Bolt over HTTP, and stand-ins for AWS and Slack. */
export interface Stack {
  readonly tier: Tier;
  readonly redis: Redis;
  readonly region: Region;
  readonly slack: SlackFront;
  readonly store: IncidentStore;
  readonly steps: Queue;
  readonly messages: Queue;
  readonly requests: SlackRequests;
  /** The clock of Relight, which only goes forward. */
  readonly clock: { readonly now: () => number; readonly pass: (ms: number) => void };
  readonly isUp: () => boolean;
  readonly start: () => Promise<void>;
  /** Cuts the workers off: their jobs stay active without a lock, and the next worker takes them over. */
  readonly crash: () => Promise<void>;
  /** Takes the locks of all running jobs away, as if the worker had been suspended: a second one starts beside it. */
  readonly dropLocks: () => Promise<void>;
  readonly slackDown: () => Promise<void>;
  readonly slackUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One launch costs 2 USD x 96 h. */
export const launchUsd = 192;

/** So fast that a copy of a job trains within a few hundred ms. */
const speed = 1_000;

export async function startStack(tier: Tier): Promise<Stack> {
  const port = await portToKeep();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const [redis, region, slack] = await Promise.all([
    startRedis(),
    startRegion({ port: 0, speed, seed: true }),
    startSlackFront({ port: 0, ...credentials, requestUrl: url }),
  ]);
  for (const [name, value] of Object.entries({
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: region.url,
    AWS_ACCESS_KEY_ID: 'model',
    AWS_SECRET_ACCESS_KEY: 'model',
  }))
    vi.stubEnv(name, value);
  const clock = aClock();
  const config = configFor(tier, { port, redisUrl: redis.url, slack, region });
  const bull = { connection: redis.client, prefix: keyPrefix, skipVersionCheck: true } as const;
  const [steps, messages] = [new Queue(queues.steps, bull), new Queue(queues.messages, bull)];
  const reapers = reapStalled(redis.url);
  const drop = async (pattern: string): Promise<void> => {
    const keys = await redis.client.keys(pattern);
    if (keys.length > 0) await redis.client.del(keys);
  };
  let relight: Relight | undefined;
  const stack: Stack = {
    tier,
    redis: redis.client,
    region,
    slack,
    store: createIncidentStore(redis.client, chain, clock),
    steps,
    messages,
    requests: slackRequestsTo(url, clock.now),
    clock,
    isUp: () => relight !== undefined,
    start: async () => {
      relight ??= await startRelight(config, createLog('silent'), { clock });
    },
    crash: async () => {
      await relight?.close(0);
      relight = undefined;
      await stack.dropLocks();
      // Of a dead process, they end after 30 s of real time, which the clock of the test cannot shorten.
      await drop('{relight}:outbox-lock:*');
    },
    dropLocks: async () => drop(`${keyPrefix}:relight-*:lock`),
    slackDown: async () =>
      void (await postJson(`${slack.url}/_sandbox/faults`, { kind: 'error', count: 1_000_000 })),
    slackUp: async () => {
      await fetch(`${slack.url}/_sandbox/faults`, { method: 'DELETE' });
      // It opens by the time of Redis, up to 30 s later, which the clock of the test cannot shorten.
      await drop('{relight}:slack-gate:*');
    },
    close: async () => {
      await relight?.close(2_000);
      await Promise.all([steps.close(), messages.close(), ...reapers.map(async (one) => one.close(true))]);
      vi.unstubAllEnvs();
      await Promise.all([slack.close(), region.close()]);
      await redis.close();
    },
  };
  return stack;
}

function aClock(): Stack['clock'] {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    pass: (ms) => {
      ahead += ms;
    },
  };
}

interface Addresses {
  readonly port: number;
  readonly redisUrl: string;
  readonly slack: SlackFront;
  readonly region: Region;
}

function configFor(tier: Tier, { port, redisUrl, slack, region }: Addresses): Config {
  const example = exampleSettings();
  const change = { role: tier.approvals === 1 ? 'responder' : 'lead', approvals: tier.approvals } as const;
  const tiers = Object.fromEntries(
    Object.entries(example.tiers).map(([name, one]) => [name, name === tier.name ? { ...one, change } : one]),
  );
  const settings = {
    ...example,
    tiers,
    slack: { ...example.slack, messages_per_second: 1_000 },
    caps: { ...example.caps, spend_per_day_usd: tier.capUsd },
    prices: { 'us-east-1': { 'ml.g5.2xlarge': 2 } },
    intake: { ...example.intake, system_failure: { ...example.intake.system_failure, jobs: 1_000 } },
  };
  return {
    ...configWith(
      settings,
      { mode: 'http', signingSecret: credentials.signingSecret, apiUrl: `${slack.url}/api/` },
      undefined,
    ),
    port,
    redisUrl,
    alarmQueueUrl: region.queueUrl,
    auditBucket: 'srl-rlvr-audit',
  };
}

/** BullMQ's own check for jobs whose worker is gone, more often than in production. These workers run no job. */
function reapStalled(url: string): readonly Worker[] {
  return [queues.steps, queues.messages, queues.sweep, queues.watch].map((name) => {
    const worker = new Worker(name, null, {
      connection: { url, maxRetriesPerRequest: null },
      prefix: keyPrefix,
      skipVersionCheck: true,
      stalledInterval: 100,
      maxStalledCount: 1_000,
      autorun: false,
    });
    worker.on('error', () => undefined);
    void worker.startStalledCheckTimer();
    return worker;
  });
}
