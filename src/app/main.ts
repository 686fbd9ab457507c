import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { createClients } from '../aws/clients.ts';
import type { Config } from '../config/environment.ts';
import { createFigureCache, type FigureCache } from '../incidents/figures/figure-cache.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/ports.ts';
import { readInfo } from '../redis/server/ask-server.ts';
import { requireDurable } from '../redis/server/requirements.ts';
import { type Certificate, createAlarmIntake, openSnsRoute } from './alarm-intake.ts';
import { type Archiving, createArchiving } from './audit/archiving.ts';
import type { startBotRole as StartBotRole } from './bot-role.ts';
import { type Core, openCore, type RunningRole } from './core.ts';
import { shareHalts } from './halt/announce-halt.ts';
import { coreChecks, details, figureGauges, gauges } from './health.ts';
import { addRoutes, createHttpApp, type HttpDeps, listen } from './http.ts';
import { fenceIn } from './locations/own-fence.ts';
import { watchForLoss } from './redis-loss.ts';
import { createSlackServices } from './slack-services.ts';
import { createAwsAdapters } from './steps/aws-adapters.ts';
import { limitsIn } from './steps/launch-limits.ts';
import { startWorkerRole, type WorkerServices } from './worker-role.ts';

/** One Relight process. This is the composition root: it builds everything, hands it down and closes it in reverse order. */
export interface Relight {
  readonly port: number;
  readonly close: (graceMs: number) => Promise<void>;
}

/** Jobs that have started may finish, or their errors about a closed connection would hide why the start failed. */
const failedStartGraceMs = 5_000;

export async function startRelight(
  config: Config,
  log: Log,
  given: { readonly certificate?: Certificate; readonly clock?: Clock } = {},
): Promise<Relight> {
  const core = await openCore(config, log, given.clock);
  await requireDurableRedis(core);
  const clients = createClients({ pathStyle: config.pathStyleBuckets, fence: fenceIn(config) });
  const aws = createAwsAdapters(core, clients);
  const alarms = createAlarmIntake(core, aws);
  const figures = createFigureCache({ ...core, priceOf: limitsIn(config).prices });
  const app = createHttpApp();
  let running: readonly RunningRole[] = [];
  const sharing = shareHalts(core);
  const losses = watchForLoss(core);
  const close = async (graceMs: number): Promise<void> => {
    clearInterval(sharing);
    losses.close();
    await Promise.all(running.map((role) => role.close(graceMs)));
    await alarms.idle();
    clients.close();
    await core.close();
  };
  try {
    // Every role accepts webhooks, so SNS and Slack reach Relight at one address, whichever process answers.
    openSnsRoute(core, clients, alarms, { ...given, app });
    running = await startRoles(core, { clients, aws, alarms, app, figures });
    openRoutes(core, app, running, figures);
    const server = await listen(app, config.port);
    return {
      // A server that listens on a port has an address with a port.
      port: (server.address() as AddressInfo).port,
      close: async (graceMs) => closeServer(server).then(() => close(graceMs)),
    };
  } catch (error) {
    await close(failedStartGraceMs);
    throw error;
  }
}

/** Refuses to start on a Redis that forgets acknowledged clicks when it restarts. */
async function requireDurableRedis({ config, redis, log, close }: Core): Promise<void> {
  if (!config.redisIsDurable) {
    log.warn(
      'RELIGHT_REDIS=not-durable: a restart of Redis may lose clicks and incidents. Only for the sandbox and tests',
    );
    return;
  }
  try {
    requireDurable(readInfo(await redis.forAnswers.info()));
  } catch (error) {
    await close();
    throw error;
  }
}

function openRoutes(core: Core, app: Express, running: readonly RunningRole[], figures: FigureCache): void {
  addRoutes({
    app,
    checks: [...coreChecks(core), ...running.flatMap((role) => role.checks)],
    details: together([details(core), ...running.flatMap((role) => role.details ?? [])]),
    gauges: [
      ...gauges(core),
      ...figureGauges(figures, core.clock),
      ...running.flatMap((role) => role.gauges ?? []),
    ],
    log: core.log,
    now: core.clock.now,
  });
}

function together(all: readonly HttpDeps['details'][]): HttpDeps['details'] {
  return async () => Object.assign({}, ...(await Promise.all(all.map(async (one) => one()))));
}

interface RoleServices extends Pick<WorkerServices, 'clients' | 'aws' | 'alarms'> {
  readonly app: Express;
  readonly figures: FigureCache;
}

/** A role that fails to start must not leave the one before it running. */
async function startRoles(
  core: Core,
  { clients, aws, alarms, app, figures }: RoleServices,
): Promise<readonly RunningRole[]> {
  const { role } = core.config;
  const archiving = createArchiving(core, aws.vaultStore, aws.headKey);
  if (role !== 'bot') await rebuildAtStart(core, archiving);
  const slack = createSlackServices(core);
  const { nameOf, linkTo, reauthorize } = slack;
  const bot = role === 'worker' ? [] : [await startBot(core, slack, app, { ...aws, figures })];
  if (role === 'bot') return bot;
  try {
    const worker = { clients, aws, alarms, nameOf, linkTo, reauthorize, archiving };
    return [...bot, await startWorkerRole(core, worker)];
  } catch (error) {
    await Promise.all(bot.map((one) => one.close(failedStartGraceMs)));
    throw error;
  }
}

/** A worker does not load Bolt: it starts a little sooner, with 8 MB less memory. */
async function startBot(...services: Parameters<typeof StartBotRole>): Promise<RunningRole> {
  const { startBotRole } = await import('./bot-role.ts');
  return startBotRole(...services);
}

/** Before any alarm is taken in, or a failure that is known already would open a second thread. */
async function rebuildAtStart({ log }: Core, archiving: Archiving | undefined): Promise<void> {
  try {
    await archiving?.rebuild.all();
  } catch (error) {
    log.error(
      { error: String(error) },
      'Redis could not be compared with the vault yet; the archive tries again',
    );
  }
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
