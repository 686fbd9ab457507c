import { Command, InvalidArgumentError, Option } from 'commander';
import { showRedisUrl } from '../src/queue/redis-url.ts';
import { startRegion } from './aws/start.ts';
import { showProgress } from './progress.ts';
import { startRedisServer } from './redis.ts';
import { credentials, startRelightProcess } from './relight-process.ts';
import { scenarios } from './scenarios.ts';
import { RateLimits } from './slack/limits.ts';
import { startSlackFront } from './slack/start.ts';

interface Options {
  readonly slackPort: number;
  readonly awsPort: number;
  readonly httpPort: number;
  readonly redisUrl?: string;
  readonly speed: number;
  readonly scenario: string;
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

function readOptions(): Options {
  return (
    new Command('demo')
      .description('Relight with stand-ins for Slack and AWS, all on this machine.')
      .addOption(new Option('--slack-port <port>', 'open it in a browser').default(3000).argParser(number))
      .addOption(new Option('--aws-port <port>', 'the stand-in region').default(4566).argParser(number))
      .addOption(
        new Option('--http-port <port>', 'health and metrics of Relight').default(8080).argParser(number),
      )
      // No default here: commander prints defaults, and this one may hold a password.
      .option('--redis-url <url>', 'a Redis to use; default: REDIS_URL, or one that the sandbox starts')
      .addOption(
        new Option('--speed <times>', 'how many times faster than life the simulated jobs run')
          .default(20)
          .argParser(number),
      )
      .addOption(
        new Option('--scenario <name>', 'the first failure')
          .choices(Object.keys(scenarios))
          .default('spot-interruption'),
      )
      .parse()
      .opts()
  );
}

async function main(options: Options): Promise<void> {
  const redisUrl = options.redisUrl ?? process.env['REDIS_URL'];
  const redis =
    redisUrl === undefined ? await startRedisServer() : { url: redisUrl, close: async () => undefined };
  const region = await startRegion({ port: options.awsPort, speed: options.speed, seed: true });
  const slack = await startSlackFront({ port: options.slackPort, limits: new RateLimits(), ...credentials });
  const relight = startRelightProcess({
    slackUrl: slack.url,
    awsUrl: region.url,
    queueUrl: region.queueUrl,
    redisUrl: redis.url,
    port: options.httpPort,
    role: 'all',
    config: 'relight.example.yaml',
  });
  const http = `http://127.0.0.1:${options.httpPort}`;
  await ready(http, relight);
  process.stdout.write(
    `ready ${JSON.stringify({ slack: slack.url, aws: region.url, http, redis: showRedisUrl(redis.url) })}\n`,
  );
  for (const failure of scenarios[options.scenario] ?? []) await fail(region.url, failure);
  const progress = showProgress(slack.url, options.scenario);
  await stopSignal();
  progress.close();
  await relight.stop();
  await Promise.all([slack.close(), region.close(), redis.close()]);
}

/** Waits until Relight can do its work; when it ended instead, its own line says why. */
async function ready(http: string, relight: ReturnType<typeof startRelightProcess>): Promise<void> {
  for (;;) {
    if (relight.exitCode() !== null) throw new Error(relight.output().trim());
    const answer = await fetch(`${http}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function fail(awsUrl: string, failure: object): Promise<void> {
  const answer = await fetch(`${awsUrl}/_sandbox/fail`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(failure),
  });
  if (!answer.ok) throw new Error(`the first failure could not be brought about: ${await answer.text()}`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

await main(readOptions()).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
process.exit(0);
