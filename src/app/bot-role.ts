import type { Express } from 'express';
import { createDirectory, type Directory } from '../bot/access/directory.ts';
import { createNames, type NameOf } from '../bot/access/names.ts';
import { createReauthorize, type Reauthorize } from '../bot/access/reauthorize.ts';
import { createBot } from '../bot/app.ts';
import { createNoticeNotifier, createNotifier } from '../bot/slack/notifier.ts';
import { createSlackFiles } from '../bot/slack/slack-files.ts';
import { createWebClient } from '../bot/slack/web-client.ts';
import { stepFilesOf } from '../incidents/record/step-files.ts';
import { createNoteRefusedStart } from '../incidents/refused-commands.ts';
import { createDeliver, type Deliver } from '../outbox/deliver.ts';
import { createFileRows } from '../outbox/file-rows.ts';
import { createFilesShown } from '../outbox/files-shown.ts';
import { createLimiter } from '../outbox/limiter.ts';
import { isNotice } from '../outbox/notices.ts';
import { createOutboxRows } from '../outbox/rows.ts';
import { createShowFiles } from '../outbox/show-files.ts';
import { startMessageWorker } from '../queue/worker.ts';
import { createFirstClaim } from '../redis/first-claim.ts';
import type { Core, RunningRole } from './core.ts';

/** Slack, as both roles use it: the bot answers people, the worker checks again who may approve. */
export interface SlackServices {
  readonly client: ReturnType<typeof createWebClient>;
  readonly directory: Directory;
  readonly nameOf: NameOf;
  readonly reauthorize: Reauthorize;
}

export function createSlackServices({ config, clock, log }: Core): SlackServices {
  const { slack, settings } = config;
  const client = createWebClient(slack, log);
  const directory = createDirectory({ client, roles: settings.roles, clock });
  return {
    client,
    directory,
    nameOf: createNames(client, log),
    reauthorize: createReauthorize({ directory, settings, clock }),
  };
}

/** How long a Slack signature is remembered: twice its validity. */
const rememberSignaturesSeconds = 600;

/** Handles clicks and commands, and updates the threads in Slack. */
export async function startBotRole(core: Core, slack: SlackServices, http: Express): Promise<RunningRole> {
  const { redis, log } = core;
  const fileRows = createFileRows(redis.forAnswers);
  const bot = createSlackBot(core, slack, http, fileRows);
  await bot.start();
  const messages = startMessageWorker(redis.forWorkers, log, createThreadDelivery(core, slack, fileRows));
  return {
    checks: [
      { name: 'slack', run: async () => (bot.connected() ? undefined : 'the connection to Slack is down') },
    ],
    close: async (graceMs) => {
      await bot.stop();
      await messages.close(graceMs);
    },
  };
}

type FileRows = ReturnType<typeof createFileRows>;

/** The bot, not yet started. */
export function createSlackBot(
  core: Omit<Core, 'close'>,
  { client, directory }: Pick<SlackServices, 'client' | 'directory'>,
  http: Express,
  fileRows: FileRows,
): ReturnType<typeof createBot> {
  const { config, log, redis, clock, store, catalog, intake, advance, deadLetters, launches, holds } = core;
  const { slack, settings, region } = config;
  const noteRefusedStart = createNoteRefusedStart({
    store,
    region,
    incidentOf: launches.incidentOf,
    journal: core.refusedCommands,
  });
  return createBot({
    store,
    catalog,
    intake,
    advance,
    deadLetters,
    clock,
    log,
    silenced: holds.silenced,
    filesShown: createFilesShown(fileRows),
    noteRefusedStart,
    slack,
    settings,
    client,
    directory,
    once: createFirstClaim(redis.forAnswers, rememberSignaturesSeconds),
    http,
  });
}

/** Updates the Slack threads of incidents and notices. */
export function createThreadDelivery(
  { config, store, catalog, notices, clock, log, redis, keptFiles }: Core,
  { client }: Pick<SlackServices, 'client'>,
  fileRows: FileRows,
): Deliver {
  const { slack, incident_channel: channel } = config.settings;
  const common = {
    rows: createOutboxRows(redis.forAnswers),
    fileRows,
    showFiles: createShowFiles({
      rows: fileRows,
      slackFiles: createSlackFiles({ client, channel }),
      kept: keptFiles,
      clock,
      log,
    }),
    limiter: createLimiter(redis.forAnswers, channel, slack.messages_per_second),
    clock,
  };
  const ofIncident = createDeliver({
    ...common,
    slackThreads: createNotifier({ client, catalog, channel, log }),
    load: store.load,
    filesOf: stepFilesOf,
  });
  const ofNotice = createDeliver({
    ...common,
    slackThreads: createNoticeNotifier({ client, channel, log }),
    load: notices.load,
    filesOf: () => [],
  });
  return async (id) => (isNotice(id) ? ofNotice(id) : ofIncident(id));
}
