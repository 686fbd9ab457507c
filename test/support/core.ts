import type { Redis } from 'ioredis';
import { credentials } from '../../sandbox/relight-process.ts';
import { type Core, createCore } from '../../src/app/core.ts';
import type { Config } from '../../src/config/environment.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import type { Clock } from '../../src/ports/ports.ts';
import { proofKeys } from './proofs.ts';

/** An empty catalog: incidents open, and nothing runs automatically. */
const noPlaybooks: Catalog = { list: [], get: () => undefined, handling: () => undefined };

export interface TestCoreOptions {
  readonly clock?: Clock;
  readonly catalog?: Catalog;
  /** Changes to relight.example.yaml. */
  readonly settings?: (example: Settings) => Settings;
  readonly slack?: Partial<Config['slack']>;
  /** The on-call tool. */
  readonly paging?: Config['paging'];
}

/** The services of `app/`, as in production, on the Redis and the clock of a test. */
export function createTestCore(redis: Redis, options: TestCoreOptions = {}): Core {
  const { clock = { now: () => Date.now() }, catalog = noPlaybooks } = options;
  const { settings = (example) => example, slack = {}, paging } = options;
  return createCore({
    config: configWith(settings(exampleSettings()), slack, paging),
    log: createLog('silent'),
    catalog,
    redis: { forAnswers: redis, forWorkers: redis, close: async () => undefined },
    clock,
  });
}

export function exampleSettings(): Settings {
  const read = readSettings('relight.example.yaml');
  if ('problems' in read) throw new Error(read.problems.join('; '));
  return read.settings;
}

export function configWith(
  settings: Settings,
  slack: Partial<Config['slack']>,
  paging: Config['paging'],
): Config {
  return {
    role: 'all',
    port: 0,
    logLevel: 'silent',
    redisUrl: '',
    redisIsDurable: false,
    slack: {
      mode: 'socket',
      appToken: credentials.appToken,
      botToken: credentials.botToken,
      apiUrl: undefined,
      ...slack,
    } as Config['slack'],
    region: 'us-east-1',
    account: undefined,
    actorRole: undefined,
    pathStyleBuckets: true,
    alarmQueueUrl: undefined,
    auditBucket: undefined,
    keys: proofKeys,
    headKeyArn: undefined,
    acceptUnprovenUntil: undefined,
    playbookFolders: [],
    scanThreads: 1,
    halt: {},
    paging,
    fallback: undefined,
    exportsSpans: false,
    settings,
  };
}
