import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClients } from '../aws/clients.ts';
import type { Config } from '../config/environment.ts';
import type { Log } from '../log.ts';
import { lastSweep } from '../queue/sweep.ts';
import { readInfo, requireNoEviction } from '../redis/connection.ts';
import { openAlarmIntake } from './alarm-intake.ts';
import { type Certificate, openSnsRoute } from './alarm-sns.ts';
import { startBotRole } from './bot-role.ts';
import { type Core, openCore, type RunningRole } from './core.ts';
import { addRoutes, createHttpApp, listen, type ReadyCheck } from './http.ts';
import { openSlackSide } from './slack-side.ts';
import { startWorkerRole } from './worker-role.ts';

/** One process of Relight. This is the composition root: everything is built here, handed down, and closed in reverse. */
export interface Relight {
  readonly port: number;
  readonly close: (graceMs: number) => Promise<void>;
}

/** Some process must have swept lately: only then are jobs being consumed, whatever a PING says. */
const sweptWithinMs = 90_000;

export async function startRelight(
  config: Config,
  log: Log,
  given: { readonly certificate?: Certificate } = {},
): Promise<Relight> {
  const core = await openCore(config, log);
  const clients = createClients({ pathStyle: config.pathStyleBuckets });
  const alarms = openAlarmIntake(core, clients);
  const app = createHttpApp();
  const running: RunningRole[] = [];
  const close = async (graceMs: number): Promise<void> => {
    await Promise.all(running.map((role) => role.close(graceMs)));
    await alarms.idle();
    clients.close();
    await core.close();
  };
  try {
    const slack = openSlackSide(core);
    // Every role takes webhook posts: SNS and Slack then reach Relight at one address, whichever process is behind it.
    openSnsRoute(core, clients, alarms, { ...given, app });
    if (config.role !== 'worker') running.push(await startBotRole(core, slack, app));
    if (config.role !== 'bot') running.push(await startWorkerRole(core, { ...slack, clients, alarms }));
    addRoutes({
      app,
      checks: [...coreChecks(core), ...running.flatMap((role) => role.checks)],
      gauges: gauges(core),
      log,
      now: core.clock.now,
    });
    const server = await listen(app, config.port);
    return {
      port: (server.address() as AddressInfo).port,
      close: async (graceMs) => closeServer(server).then(() => close(graceMs)),
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}

function coreChecks({ redis, clock }: Core): readonly ReadyCheck[] {
  return [
    {
      name: 'redis',
      // A Redis that replaced another one may have settings of its own.
      run: async () => {
        requireNoEviction(readInfo(await redis.forAnswers.info('memory')));
        return undefined;
      },
    },
    {
      name: 'queue',
      run: async () => {
        const swept = await lastSweep(redis.forAnswers);
        if (swept === undefined)
          return 'Redis holds no sign of a worker: it was just started, emptied or replaced, or no process with RELIGHT_ROLE=worker runs';
        return clock.now() - swept <= sweptWithinMs
          ? undefined
          : 'no worker has taken a job lately: is a process with RELIGHT_ROLE=worker running?';
      },
    },
  ];
}

function gauges({ store, deadLetters }: Core): Parameters<typeof addRoutes>[0]['gauges'] {
  return [
    {
      name: 'relight_incidents_open',
      help: 'Incidents that are not closed',
      read: async () => (await store.ids('open')).length,
    },
    {
      name: 'relight_dead_letters',
      help: 'Alarm messages that could not be understood',
      read: async () => deadLetters.count(),
    },
  ];
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
