import { showRedisUrl } from '../src/redis/redis-url.ts';
import { type Region, startRegion } from './aws/start.ts';
import { buildRelight, built } from './built-relight.ts';
import { PortTaken } from './listen.ts';
import { type Options, readOptions } from './options.ts';
import { describeEnd, type End } from './process-end.ts';
import { showProgress } from './progress.ts';
import { type RedisServer, startRedisServer } from './redis.ts';
import { credentials, type RelightProcess, startRelightProcess } from './relight-process.ts';
import { allScenarios, configFor, type Scenario } from './scenarios.ts';
import { RateLimits } from './slack/limits.ts';
import { type SlackFront, startSlackFront } from './slack/start.ts';

/** The running parts of the demo. */
interface Demo {
  readonly region: Region;
  readonly slack: SlackFront;
  readonly relight: RelightProcess;
  readonly http: string;
  readonly redisUrl: string;
  /** Resolves with an error message when one of the processes exits unexpectedly. */
  readonly died: Promise<string>;
  readonly close: () => Promise<void>;
}

async function main(): Promise<void> {
  const scenarios = await allScenarios();
  const options = readOptions(Object.keys(scenarios));
  const scenario = scenarios[options.scenario] ?? { failures: [] };
  const demo = await start(options, scenario);
  const stopped = await Promise.race([demo.died, play(demo, options.scenario, scenario)]);
  if (stopped !== undefined) throw new Error(stopped);
  await demo.close();
}

async function start(options: Options, scenario: Scenario): Promise<Demo> {
  const given = options.redisUrl ?? process.env['REDIS_URL'];
  const redis = given === undefined ? await startRedisServer() : undefined;
  const redisUrl = redis?.url ?? given ?? '';
  const { speed } = options;
  const { jobs = [], before: broken = [] } = scenario;
  const region = await withPort('--aws-port', () =>
    startRegion({ port: options.awsPort, speed, seed: true, jobs, broken }),
  );
  const slack = await withPort('--slack-port', () =>
    startSlackFront({ port: options.slackPort, limits: new RateLimits(), ...credentials }),
  );
  const config = await configFor(scenario);
  buildRelight();
  const playbooks = process.env['RELIGHT_PLAYBOOKS'] ?? '';
  const relight = startRelightProcess({
    slackUrl: slack.url,
    awsUrl: region.url,
    queueUrl: region.queueUrl,
    redisUrl,
    port: options.httpPort,
    role: 'all',
    config: config.path,
    // The playbooks of others may be TypeScript, which the tool that loads it takes a second to start for.
    program: playbooks === '' ? [built] : ['--import', 'tsx', built],
    environment: { RELIGHT_PLAYBOOKS: playbooks },
  });
  return {
    region,
    slack,
    relight,
    http: `http://127.0.0.1:${options.httpPort}`,
    redisUrl,
    died: firstToEnd(relight, slack, redis),
    close: async () => {
      await relight.stop();
      await Promise.all([slack.close(), region.close(), redis?.close(), config.remove()]);
    },
  };
}

async function withPort<T>(option: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof PortTaken)) throw error;
    throw new Error(
      `${error.message}: stop that program, or choose another port with \`npm run demo -- ${option} PORT\`.`,
    );
  }
}

const startAgain = 'Start the demo again with `npm run demo`.';

/** An external Redis is not watched: if it goes away, Relight waits for it to come back. */
function firstToEnd(
  relight: RelightProcess,
  slack: SlackFront,
  redis: RedisServer | undefined,
): Promise<string> {
  const report = async (name: string, ended: Promise<End>, remedy: string): Promise<string> =>
    describeEnd(name, await ended, remedy);
  return Promise.race([
    report(
      'Relight',
      relight.ended,
      `Fix the problem in that line, then start the demo again with \`npm run demo\`.`,
    ),
    report('The stand-in for Slack', slack.ended, startAgain),
    ...(redis === undefined ? [] : [report('Redis', redis.ended, startAgain)]),
  ]);
}

/** Causes the first failure once Relight is ready, and returns when the demo is stopped. */
async function play(demo: Demo, name: string, { failures, command }: Scenario): Promise<undefined> {
  const { slack, region, http, redisUrl } = demo;
  await ready(http);
  process.stdout.write(
    `ready ${JSON.stringify({ slack: slack.url, aws: region.url, http, redis: showRedisUrl(redisUrl) })}\n`,
  );
  for (const failure of failures) await post(`${region.url}/_sandbox/fail`, failure);
  if (command !== undefined)
    await post(`${slack.url}/_sandbox/command`, { user: 'U0LEAD', channel: 'C0INCIDENT', text: command });
  const progress = showProgress(slack.url, name);
  await stopSignal();
  progress.close();
}

async function ready(http: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${http}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`could not cause the first failure: ${await answer.text()}`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
process.exit(0);
