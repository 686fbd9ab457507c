import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../sandbox/listen.ts';
import { startRedisServer } from '../../sandbox/redis.ts';
import { credentials, type RelightProcess, startRelightProcess } from '../../sandbox/relight-process.ts';
import { type SlackRequests, slackRequestsTo } from '../../test/support/slack-requests.ts';
import { until } from '../../test/support/until.ts';
import { type SlackEdge, startSlackEdge } from './slack-edge.ts';
import type { ClickStandIns } from './stand-ins.ts';

export type Mode = 'http' | 'socket';

/** A worker as deployed, with Redis and the stand-ins. */
export interface ClickWorld {
  readonly standIns: ClickStandIns;
  /** Starts a bot as deployed and a bare Bolt app beside it, each in a process of its own. */
  readonly connect: (mode: Mode) => Promise<Contenders>;
  readonly close: () => Promise<void>;
}

export interface Contenders {
  readonly relight: Side;
  readonly bare: Side;
  readonly stop: () => Promise<void>;
}

export interface Side {
  readonly requests: SlackRequests;
  readonly pid: number;
}

type Start = (role: 'bot' | 'worker', port: number, mode: Mode) => Promise<RelightProcess>;

/** `relight` is the path of the compiled CLI. */
export async function startClickWorld(relight: string): Promise<ClickWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-clicks-'));
  const config = join(folder, 'relight.yaml');
  const yaml = await readFile('relight.example.yaml', 'utf8');
  await writeFile(config, yaml.replace('messages_per_second: 0.8', 'messages_per_second: 20'));
  const redis = await startRedisServer(['--appendonly', 'yes']);
  const besides = forked('./stand-ins.ts');
  // The stand-ins send exactly one object of this type.
  const [standIns] = (await once(besides, 'message')) as [ClickStandIns];
  const edge = await startSlackEdge(standIns.slack);
  const start: Start = async (role, port, mode) => {
    const process = startRelightProcess({
      slackUrl: edge.url,
      awsUrl: standIns.region,
      queueUrl: standIns.queue,
      redisUrl: redis.url,
      port,
      role,
      config,
      program: [relight],
      httpMode: mode === 'http',
      environment: { RELIGHT_LOG_LEVEL: 'error' },
    });
    await until(() => isReady(process), `the ${role} to be ready`, 60_000);
    return process;
  };
  const worker = await start('worker', 0, 'http');
  return {
    standIns,
    connect: async (mode) => connect(mode, edge, start),
    close: async () => {
      await worker.kill();
      await edge.close();
      await ended(besides);
      await redis.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function connect(mode: Mode, edge: SlackEdge, start: Start): Promise<Contenders> {
  const bareToken = 'xapp-bare';
  const bolt = forked('./bare-bolt.ts', [`${edge.url}/api/`, ...(mode === 'http' ? [] : [bareToken])]);
  // Bare Bolt sends its port.
  const [barePort] = (await once(bolt, 'message')) as [number];
  const port = await freePort();
  const bot = await start('bot', port, mode);
  const requests = (ofPort: number, appToken: string): SlackRequests =>
    mode === 'http' ? slackRequestsTo(`http://127.0.0.1:${ofPort}/slack/events`) : edge.requestsTo(appToken);
  return {
    relight: { requests: requests(port, credentials.appToken), pid: bot.pid },
    bare: { requests: requests(barePort, bareToken), pid: bolt.pid ?? 0 },
    stop: async () => {
      await Promise.all([bot.kill(), ended(bolt)]);
    },
  };
}

function forked(path: string, args: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(path, import.meta.url)), [...args]);
}

function isReady(relight: RelightProcess): boolean {
  if (relight.exitCode() !== null) throw new Error(`relight ended: ${relight.output()}`);
  return relight.output().includes('relight ready');
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}
