import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type RedisServer, startRedisServer } from '../../sandbox/redis.ts';
import { keyVariablesOfSandbox, type RelightProcess } from '../../sandbox/relight-process.ts';
import { topic } from '../alarms/a-topic.ts';
import { recoverAndDocument } from '../support/recover.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';
import { type BuiltImage, buildImage } from './build-image.ts';

const run = promisify(execFile);

const Service = z.looseObject({
  build: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
});
const Compose = z.object({ services: z.record(z.string(), Service) });

/** compose.yaml with the password that `.env` would hold. */
function composed(): z.infer<typeof Compose> {
  const { REDIS_PASSWORD } = keyVariablesOfSandbox;
  const text = readFileSync('compose.yaml', 'utf8').replace(/\$\{REDIS_PASSWORD:[^}]*\}/g, REDIS_PASSWORD);
  return Compose.parse(parse(text, { merge: true }));
}

describe('the container image', () => {
  let image: BuiltImage;
  let world: World | undefined;
  let redis: RedisServer | undefined;

  beforeAll(async () => {
    image = await buildImage('.');
  });
  afterEach(async () => {
    await world?.close();
    await redis?.close();
  });
  afterAll(async () => image.remove());

  /** Starts each service of compose.yaml that runs the image as a process with the service's settings. */
  async function composeUp(surroundings: World): Promise<Readonly<Record<string, RelightProcess>>> {
    const { services } = composed();
    redis = await startRedisServer((services['redis']?.command ?? []).slice(1));
    const started: Record<string, RelightProcess> = {};
    for (const [name, { build, environment }] of Object.entries(services)) {
      if (build === undefined) continue;
      const { RELIGHT_ROLE, RELIGHT_CONFIG: _mounted, REDIS_URL = '', ...rest } = environment;
      const program = image.command
        .slice(1, -1)
        .map((word) => (word.startsWith('dist/') ? inImage(word) : word));
      started[name] = await surroundings.start(z.enum(['all', 'bot', 'worker']).parse(RELIGHT_ROLE), {
        program,
        environment: {
          ...image.environment,
          ...rest,
          REDIS_URL: REDIS_URL.replace('redis:6379', new URL(redis.url).host),
        },
      });
    }
    return started;
  }

  const inImage = (path: string): string => join(image.root, image.workdir, path);
  const addressOf = (relight: RelightProcess | undefined): string =>
    `http://127.0.0.1:${/port (\d+)/.exec(relight?.output() ?? '')?.[1]}`;

  it('is built from the Dockerfile and contains no sandbox or development packages', () => {
    expect(image.command.slice(0, 1)).toEqual(['node']);
    const packages = readdirSync(inImage('node_modules'));
    expect(packages).toContain('bullmq');
    for (const name of ['local-slack-linux-x64', 'fauxqs', 'typescript', 'vitest'])
      expect(packages).not.toContain(name);
  });

  it('becomes ready as compose.yaml starts it, accepts SNS posts on the published port, and draws a timeline', async () => {
    world = await createWorld({ configure: (yaml) => `${yaml}\nsns:\n  topics: ["${topic}"]\n` });
    const { bot, worker } = await composeUp(world);

    for (const relight of [bot, worker])
      await until(async () => (await fetch(`${addressOf(relight)}/readyz`)).ok, '/readyz');
    const port = addressOf(bot).split(':').at(-1) ?? '';
    await run(image.healthcheck[0] ?? '', image.healthcheck.slice(1), {
      env: { ...process.env, PORT: port },
    });
    const forged = await fetch(`${addressOf(bot)}/alarms/sns`, { method: 'POST', body: '{}' });
    expect(forged.status, 'only the bot publishes a port').toBe(400);

    const files = await recoverAndDocument(world);
    expect(files.find(({ name }) => name.endsWith('.png'))?.text.slice(1, 4)).toBe('PNG');
  });
});
