import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import type { MutedAlarms } from '../../src/alarms/ports.ts';
import { type BotSources, createSlackBot } from '../../src/app/bot-role.ts';
import type { Core } from '../../src/app/core.ts';
import { createSlackServices } from '../../src/app/slack-services.ts';
import { limitsIn } from '../../src/app/steps/launch-limits.ts';
import { createThreadDelivery } from '../../src/app/thread-delivery.ts';
import type { ReplyLimits } from '../../src/bot/clicks/deadline.ts';
import type { Settings } from '../../src/config/settings.ts';
import { createFigureCache } from '../../src/incidents/figures/figure-cache.ts';
import type { IdSet } from '../../src/incidents/holds/holds.ts';
import { createOneAtATime } from '../../src/incidents/journal/one-at-a-time.ts';
import type { IncidentStore } from '../../src/incidents/journal/store.ts';
import type { RefusedCommands } from '../../src/incidents/refused-commands.ts';
import { createFileRows } from '../../src/outbox/file-rows.ts';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import type { Checkpoints, Clock, TrainingJob } from '../../src/ports/ports.ts';
import { createTestCore, exampleSettings } from '../support/core.ts';
import { MemoryCheckpoints } from '../support/memory-checkpoints.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { patienceMs } from '../support/until.ts';
import { testCatalog } from './a-playbook.ts';

/** A real bot with a real Redis and the Slack stand-in. After a decision only the thread is delivered. */
export interface TestBot {
  readonly slack: SlackFront;
  readonly redis: TestRedis;
  readonly store: IncidentStore;
  readonly settings: Settings;
  readonly catalog: Catalog;
  /** The URL of the bot in HTTP mode. */
  readonly url: string;
  /** Incidents that the bot asked to advance, in order. */
  readonly advanced: string[];
  /** The incidents with a silence. */
  readonly silenced: IdSet;
  /** Refused commands that belong to no incident. */
  readonly refusedCommands: RefusedCommands;
  readonly mutedAlarms: MutedAlarms;
  readonly deliver: (incident: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface BotOptions {
  readonly mode?: 'socket' | 'http';
  /** By default one whose client waits for Redis for ever. */
  readonly redis?: TestRedis;
  readonly catalog?: Catalog;
  readonly deadLetters?: number;
  /** The training jobs in AWS that a person may name. */
  readonly jobs?: readonly TrainingJob[];
  readonly clock?: Clock;
  readonly checkpoints?: Checkpoints;
  readonly autopilot?: Settings['autopilot'];
  readonly breakGlass?: readonly string[];
  readonly auditChannel?: string;
  /** By default it may take long to reply, because a busy machine must not make a click too late. */
  readonly limits?: ReplyLimits;
  readonly change?: { readonly role: 'responder' | 'lead'; readonly approvals: number };
}

/** Longer than a delivery takes on a busy machine, and short for a test in which one hangs. */
const queueMs = 10_000;

const patient: ReplyLimits = { lookup: patienceMs, record: patienceMs, command: patienceMs };

export async function startBot(options: BotOptions = {}): Promise<TestBot> {
  const {
    mode = 'socket',
    catalog = testCatalog,
    jobs = [],
    checkpoints = new MemoryCheckpoints(),
    limits = patient,
  } = options;
  const http = express();
  const server = await listening(http);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [redis, slack] = await Promise.all([
    options.redis ?? startRedis(),
    startSlackFront({
      port: 0,
      ...credentials,
      ...(mode === 'http' ? { requestUrl: `${url}/slack/events` } : {}),
    }),
  ]);
  const settings = settingsWith(options, exampleSettings());
  const wired = createTestCore(redis.client, {
    catalog,
    ...(options.clock && { clock: options.clock }),
    settings: () => settings,
    slack: { apiUrl: `${slack.url}/api/`, ...modeOf(mode) },
  });
  const services = createSlackServices(wired);
  const fileRows = createFileRows(redis.client);
  const deliverOnce = createThreadDelivery(wired, services, fileRows);
  const oneAtATime = createOneAtATime(queueMs);
  // The queue would call again where another delivery of the thread is under way. Here, the second one waits for it.
  const deliver = async (incident: string): Promise<number> =>
    oneAtATime(incident, async () => deliverOnce(incident));
  const advanced: string[] = [];
  const core: Core = {
    ...wired,
    deadLetters: { ...wired.deadLetters, count: async () => options.deadLetters ?? 0 },
    advance: async (incident) => {
      advanced.push(incident);
      await deliver(incident);
      bot.homeChanged();
    },
  };
  const sources: BotSources = {
    training: { find: async (name) => jobs.find((one) => one.name === name) },
    checkpoints,
    figures: createFigureCache({ ...core, priceOf: limitsIn(core.config).prices }),
    vaultStore: undefined,
    headKey: undefined,
  };
  const bot = createSlackBot(core, services, http, fileRows, sources, limits);
  await bot.start();
  return {
    slack,
    redis,
    store: core.store,
    settings,
    catalog,
    url,
    advanced,
    silenced: core.holds.silenced,
    refusedCommands: core.refusedCommands,
    mutedAlarms: core.mutedAlarms,
    deliver,
    close: async () => {
      await bot.stop();
      server.closeAllConnections();
      server.close();
      await Promise.all([slack.close(), redis.close()]);
    },
  };
}

function modeOf(
  mode: 'socket' | 'http',
): { mode: 'socket'; appToken: string } | { mode: 'http'; signingSecret: string } {
  return mode === 'socket'
    ? { mode, appToken: credentials.appToken }
    : { mode, signingSecret: credentials.signingSecret };
}

/** Every job is gold, and the stand-in for Slack takes more than a message a second. */
function settingsWith(
  { change, autopilot = [], breakGlass = [], auditChannel }: BotOptions,
  example: Settings,
): Settings {
  const { gold } = example.tiers;
  if (gold === undefined) throw new Error('relight.example.yaml has no tier gold');
  return {
    ...example,
    autopilot,
    slack: { ...example.slack, messages_per_second: 1_000 },
    ...(auditChannel !== undefined && { audit_channel: auditChannel }),
    break_glass: { users: [...breakGlass] },
    tiers: { ...example.tiers, gold: { ...gold, jobs: ['*'], ...(change && { change }) } },
  };
}

async function listening(handler: express.Express): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
