import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../sandbox/listen.ts';
import { type RedisServer, startRedisServer } from '../../sandbox/redis.ts';
import {
  type RelightProcess,
  type RelightSetup,
  startRelightProcess,
} from '../../sandbox/relight-process.ts';
import { createSigner, type Signer, topic } from '../../test/alarms/a-topic.ts';
import { until } from '../../test/support/until.ts';
import type { StandInAddresses } from './stand-ins.ts';

/** A bot and a worker as deployed, with their stand-ins and Redis. */
export interface StormWorld {
  readonly addresses: StandInAddresses;
  readonly redis: RedisServer;
  readonly bot: RelightProcess;
  readonly worker: RelightProcess;
  /** The URL that the topic posts to. */
  readonly webhook: string;
  readonly signer: Signer;
  readonly close: () => Promise<void>;
}

const day = 24 * 3_600_000;

/** `relight` is the path of the built program. */
export async function startStormWorld(relight: string, messagesPerSecond: number): Promise<StormWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-storm-'));
  const signer = await createSigner({ from: Date.now() - day, to: Date.now() + day });
  const [certificate, config] = [join(folder, 'topic.pem'), join(folder, 'relight.yaml')];
  await writeFile(certificate, signer.certificate);
  await writeFile(config, await settings(messagesPerSecond));
  const redis = await startRedisServer(['--appendonly', 'yes']);
  const standIns = fork(fileURLToPath(new URL('./stand-ins.ts', import.meta.url)));
  // The stand-ins send exactly one object of this type.
  const [addresses] = (await once(standIns, 'message')) as [StandInAddresses];
  const start = async (role: RelightSetup['role']): Promise<{ process: RelightProcess; port: number }> => {
    const port = await freePort();
    const process = startRelightProcess({
      slackUrl: addresses.slack,
      awsUrl: addresses.watched,
      queueUrl: addresses.queue,
      redisUrl: redis.url,
      port,
      role,
      config,
      program: [relight, certificate],
      environment: { RELIGHT_LOG_LEVEL: 'warn' },
    });
    await until(() => isReady(process), `the ${role} to be ready`, 30_000);
    return { process, port };
  };
  const [bot, worker] = [await start('bot'), await start('worker')];
  return {
    addresses,
    redis,
    bot: bot.process,
    worker: worker.process,
    webhook: `http://127.0.0.1:${worker.port}/alarms/sns`,
    signer,
    close: async () => {
      await Promise.all([bot.process.kill(), worker.process.kill()]);
      await ended(standIns);
      await redis.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The shipped example with an SNS topic and the shortest poll interval. */
async function settings(messagesPerSecond: number): Promise<string> {
  const yaml = await readFile('relight.example.yaml', 'utf8');
  return `${yaml
    .replace('poll_seconds: 60', 'poll_seconds: 5')
    .replace(
      'messages_per_second: 0.8',
      `messages_per_second: ${messagesPerSecond}`,
    )}\nsns:\n  topics: ["${topic}"]\n`;
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
