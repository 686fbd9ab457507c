import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { credentials } from '../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../sandbox/slack/start.ts';
import { genesis, seal } from '../../src/audit/chain.ts';
import { createDirectory } from '../../src/bot/access/directory.ts';
import { createBot } from '../../src/bot/app.ts';
import { createFileBoard } from '../../src/bot/slack/file-board.ts';
import { createNotifier } from '../../src/bot/slack/notifier.ts';
import { createWebClient } from '../../src/bot/slack/web-client.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { IdSet } from '../../src/incidents/holds/holds.ts';
import { createIntake } from '../../src/incidents/intake/intake.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import { stepFilesOf } from '../../src/incidents/record/step-files.ts';
import { createNoteRefusedStart, type RefusedCommands } from '../../src/incidents/refused-commands.ts';
import { createLog } from '../../src/log.ts';
import { createDeliver } from '../../src/outbox/deliver.ts';
import { createFileRows } from '../../src/outbox/file-rows.ts';
import { createFilesShown } from '../../src/outbox/files-shown.ts';
import { createKeptFiles } from '../../src/outbox/kept-files.ts';
import { createOutboxRows } from '../../src/outbox/rows.ts';
import { createShowFiles } from '../../src/outbox/show-files.ts';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import { createFirstClaim } from '../../src/redis/first-claim.ts';
import { createIdSet } from '../../src/redis/id-set.ts';
import { createRefusedCommands } from '../../src/redis/refused-attempts.ts';
import { noHolds, noLimit } from '../support/no-ops.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { testCatalog } from './a-playbook.ts';

/** A real bot with real Redis before the stand-in for Slack; what follows a decision is only a delivery of the thread. */
export interface TestBot {
  readonly slack: SlackFront;
  readonly redis: TestRedis;
  readonly store: IncidentStore;
  readonly settings: Settings;
  readonly catalog: Catalog;
  /** In HTTP mode, where the bot listens. */
  readonly url: string;
  /** Incidents that were to be moved on, in order. */
  readonly advanced: string[];
  /** Where the silences of people are noted. */
  readonly silenced: IdSet;
  /** What was refused outside of incidents. */
  readonly refusedCommands: RefusedCommands;
  readonly deliver: (incident: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface BotOptions {
  readonly mode?: 'socket' | 'http';
  readonly catalog?: Catalog;
  readonly deadLetters?: number;
  readonly change?: { readonly role: 'responder' | 'lead'; readonly approvals: number };
}

export async function startBot(options: BotOptions = {}): Promise<TestBot> {
  const { mode = 'socket', catalog = testCatalog } = options;
  const http = express();
  const server = await listening(http);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [redis, slack] = await Promise.all([
    startRedis(),
    startSlackFront({
      port: 0,
      ...credentials,
      ...(mode === 'http' ? { requestUrl: `${url}/slack/events` } : {}),
    }),
  ]);
  const settings = settingsWith(options);
  const clock = { now: () => Date.now() };
  const log = createLog('silent');
  const store = createIncidentStore(redis.client, { genesis, seal }, clock);
  const access = { botToken: credentials.botToken, apiUrl: `${slack.url}/api/` };
  const client = createWebClient(access, log);
  const fileRows = createFileRows(redis.client);
  const deliver = createDeliver({
    rows: createOutboxRows(redis.client),
    board: createNotifier({ client, catalog, channel: settings.incident_channel, log }),
    fileRows,
    showFiles: createShowFiles({
      rows: fileRows,
      board: createFileBoard({ client, channel: settings.incident_channel }),
      kept: createKeptFiles(redis.client, clock),
      clock,
      log,
    }),
    limiter: noLimit,
    clock,
    load: store.load,
    filesOf: stepFilesOf,
  });
  const silenced = createIdSet(redis.client, clock, 'snoozed', 2 * 24 * 3_600_000);
  const refusedCommands = createRefusedCommands(redis.client, clock);
  const advanced: string[] = [];
  const bot = createBot({
    slack: { ...access, ...modeOf(mode) },
    settings,
    client,
    store,
    catalog,
    intake: createIntake({
      incidentOf: async () => undefined,
      store,
      region: 'us-east-1',
      tierOf: () => ({ name: 'gold', rtoMinutes: 60, rpoMinutes: 30 }),
      holds: noHolds,
    }),
    silenced,
    filesShown: createFilesShown(fileRows),
    noteRefusedStart: createNoteRefusedStart({
      store,
      region: 'us-east-1',
      incidentOf: async () => undefined,
      journal: refusedCommands,
    }),
    advance: async (incident) => {
      advanced.push(incident);
      await deliver(incident);
    },
    deadLetters: { count: async () => options.deadLetters ?? 0 },
    directory: createDirectory({ client, roles: settings.roles, clock }),
    clock,
    log,
    once: createFirstClaim(redis.client, 600),
    http,
  });
  await bot.start();
  return {
    slack,
    redis,
    store,
    settings,
    catalog,
    url,
    advanced,
    silenced,
    refusedCommands,
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

function settingsWith({ change }: BotOptions): Settings {
  const read = readSettings('relight.example.yaml');
  if ('problems' in read) throw new Error(read.problems.join('; '));
  const { gold } = read.settings.tiers;
  if (gold === undefined || change === undefined) return read.settings;
  return { ...read.settings, tiers: { ...read.settings.tiers, gold: { ...gold, change } } };
}

async function listening(handler: express.Express): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
