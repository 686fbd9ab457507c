import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Region, type RegionOptions, startRegion } from '../../sandbox/aws/start.ts';
import {
  credentials,
  environmentOf,
  type RelightProcess,
  type RelightSetup,
  startRelightProcess,
} from '../../sandbox/relight-process.ts';
import type { Person } from '../../sandbox/slack/seed.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { until } from './until.ts';

/** The seeded gold job, which most tests make fail. */
export const goldJob = 'srl-rlvr-gold-20251104';

/** A complete environment for one test: stand-ins for Slack and AWS, a Redis, and Relight processes. */
export interface World {
  readonly redis: TestRedis;
  readonly region: Region;
  readonly slack: SlackFront;
  readonly processes: RelightProcess[];
  readonly start: (role: RelightSetup['role'], changes?: Partial<RelightSetup>) => Promise<RelightProcess>;
  /** The environment variables of a Relight process. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  readonly speed?: number;
  /** Training jobs in addition to the seeded ones. */
  readonly jobs?: RegionOptions['jobs'];
  /** What fails before Relight starts. */
  readonly broken?: RegionOptions['broken'];
  /** The URL that Slack sends requests to in HTTP mode. */
  readonly slackRequestsTo?: string;
  /** People in addition to the four of the sandbox's workspace. */
  readonly morePeople?: readonly Person[];
  /** The example configuration, which is that of this version by default. */
  readonly example?: string;
  /** Changes the text of relight.yaml. */
  readonly configure?: (yaml: string) => string;
}

export async function createWorld({
  speed = 200,
  jobs = [],
  broken = [],
  slackRequestsTo,
  morePeople = [],
  example = 'relight.example.yaml',
  configure = (yaml) => yaml,
}: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-world-'));
  const config = await fastConfig(folder, example, configure);
  const [redis, region, slack] = await Promise.all([
    startRedis(['--appendonly', 'yes', '--appendfsync', 'always']),
    startRegion({ port: 0, speed, seed: true, jobs, broken }),
    startSlackFront({
      port: 0,
      ...credentials,
      morePeople,
      ...(slackRequestsTo === undefined ? {} : { requestUrl: slackRequestsTo }),
    }),
  ]);
  const processes: RelightProcess[] = [];
  const setup = {
    slackUrl: slack.url,
    awsUrl: region.url,
    queueUrl: region.queueUrl,
    redisUrl: redis.url,
    config,
  };
  const start: World['start'] = async (role, changes = {}) => {
    // Port 0 opens any free port, so no other program can take the port before Relight opens it.
    const relight = startRelightProcess({ ...setup, port: 0, role, ...changes });
    processes.push(relight);
    const isReady = (): boolean => relight.output().includes('relight ready') || ended(relight);
    await until(isReady, 'relight to be ready').catch((error: unknown) => {
      throw new Error(`${String(error)}; its output: ${relight.output()}`, { cause: error });
    });
    return relight;
  };
  return {
    redis,
    region,
    slack,
    processes,
    start,
    environment: () => environmentOf({ ...setup, port: 0, role: 'all' }),
    close: async () => {
      await Promise.all(processes.map((relight) => relight.kill()));
      await Promise.all([slack.close(), region.close(), redis.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The example configuration with a higher message rate, because this stand-in for Slack has no rate limits. */
async function fastConfig(
  folder: string,
  example: string,
  configure: (yaml: string) => string,
): Promise<string> {
  const yaml = await readFile(example, 'utf8');
  const path = join(folder, 'relight.yaml');
  await writeFile(path, configure(yaml.replace('messages_per_second: 0.8', 'messages_per_second: 20')));
  return path;
}

function ended(relight: RelightProcess): never | false {
  if (relight.exitCode() !== null) throw new Error(`relight ended: ${relight.output()}`);
  return false;
}

export async function postJson(url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

export async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}
