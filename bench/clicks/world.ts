import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../sandbox/listen.ts';
import { startRedisServer } from '../../sandbox/redis.ts';
import { type RelightProcess, startRelightProcess } from '../../sandbox/relight-process.ts';
import { until } from '../../test/support/until.ts';
import type { ClickStandIns } from './stand-ins.ts';

/** A bot and a worker as deployed, and beside them a bare Bolt app, each in a process of its own. */
export interface ClickWorld {
  readonly standIns: ClickStandIns;
  /** The URLs that Slack posts to. */
  readonly relight: Addressed;
  readonly bare: Addressed;
  readonly close: () => Promise<void>;
}

interface Addressed {
  readonly url: string;
  readonly pid: number;
}

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
  const bolt = forked('./bare-bolt.ts', [`${standIns.slack}/api/`]);
  // Bare Bolt sends its port.
  const [barePort] = (await once(bolt, 'message')) as [number];
  const start = async (role: 'bot' | 'worker', port: number): Promise<RelightProcess> => {
    const process = startRelightProcess({
      slackUrl: standIns.slack,
      awsUrl: standIns.region,
      queueUrl: standIns.queue,
      redisUrl: redis.url,
      port,
      role,
      config,
      program: [relight],
      httpMode: true,
      environment: { RELIGHT_LOG_LEVEL: 'error' },
    });
    await until(() => isReady(process), `the ${role} to be ready`, 60_000);
    return process;
  };
  const port = await freePort();
  const bot = await start('bot', port);
  const processes = [bot, await start('worker', 0)];
  return {
    standIns,
    relight: { url: `http://127.0.0.1:${port}/slack/events`, pid: bot.pid },
    bare: { url: `http://127.0.0.1:${barePort}/slack/events`, pid: bolt.pid ?? 0 },
    close: async () => {
      await Promise.all(processes.map(async (one) => one.kill()));
      await Promise.all([bolt, besides].map(ended));
      await redis.close();
      await rm(folder, { recursive: true });
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
