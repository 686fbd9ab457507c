import { freePort } from '../../../../sandbox/listen.ts';
import type { RelightProcess } from '../../../../sandbox/relight-process.ts';
import { createWorld, type World } from '../../../support/world.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { inspectable } from './inspector.ts';

/** Two bots behind a load balancer and two workers. One of each role lives for the whole soak, the other is killed. */
export interface Fleet {
  readonly world: World;
  readonly balancer: Balancer;
  /** The processes that are never killed. */
  readonly lasting: Readonly<Record<'bot' | 'worker', RelightProcess>>;
  /** Times in ms at which something was killed or was back. */
  readonly disturbed: { readonly from: number; readonly to: number; readonly what: string }[];
  readonly kill: (role: 'bot' | 'worker') => Promise<void>;
  readonly restartRedis: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How much faster than real time jobs train: a step takes 100 ms. */
const speed = 60;

const redisDownMs = 3_000;

export async function startFleet(retentionDays: number): Promise<Fleet> {
  const balancer = await startBalancer();
  const world = await createWorld({
    speed,
    slackRequestsTo: balancer.url,
    configure: (yaml) => configured(yaml, retentionDays),
  });
  const environment = { RELIGHT_LOG_LEVEL: 'warn', ...inspectable };
  const ports = { bot: await freePort(), worker: 0 };
  const start = async (role: 'bot' | 'worker', port: number): Promise<RelightProcess> =>
    world.start(role, { httpMode: true, port, environment });
  const lastingPort = await freePort();
  const lasting = { bot: await start('bot', lastingPort), worker: await start('worker', 0) };
  const mortal = { bot: await start('bot', ports.bot), worker: await start('worker', 0) };
  balancer.ports.push(lastingPort, ports.bot);
  const disturbed: Fleet['disturbed'] = [];
  const during = async (what: string, work: () => Promise<void>): Promise<void> => {
    const from = Date.now();
    await work();
    disturbed.push({ from, to: Date.now(), what });
  };
  return {
    world,
    balancer,
    lasting,
    disturbed,
    kill: async (role) =>
      during(`${role} killed`, async () => {
        await mortal[role].kill();
        mortal[role] = await start(role, ports[role]);
      }),
    restartRedis: async () =>
      during('Redis restarted', async () => {
        await world.redis.crash();
        await new Promise((resolve) => setTimeout(resolve, redisDownMs));
        await world.redis.restart();
      }),
    close: async () => {
      await world.close();
      await balancer.close();
    },
  };
}

/** Failures follow each other faster than in a real account, and are neither an outage nor over the caps. */
function configured(yaml: string, retentionDays: number): string {
  return [
    ['retention_days: 30', `retention_days: ${retentionDays}`],
    ['concurrent_jobs: 10', 'concurrent_jobs: 10000'],
    ['spend_per_day_usd: 50000', 'spend_per_day_usd: 1000000000'],
    ['system_failure: { jobs: 5, minutes: 5 }', 'system_failure: { jobs: 30, minutes: 1 }'],
    ['settle_minutes: 5', 'settle_minutes: 1'],
  ].reduce((text, [from = '', to = '']) => {
    if (!text.includes(from)) throw new Error(`relight.example.yaml does not contain "${from}"`);
    return text.replace(from, to);
  }, yaml);
}
