import type { Express } from 'express';
import { createBot } from '../bot/app.ts';
import { createFileBoard } from '../bot/slack/file-board.ts';
import { createNoticeNotifier, createNotifier } from '../bot/slack/notifier.ts';
import { stepFilesOf } from '../incidents/record/step-files.ts';
import { createNoteRefusedStart } from '../incidents/refused-commands.ts';
import { createDeliver, type Deliver } from '../outbox/deliver.ts';
import { createFileRows } from '../outbox/file-rows.ts';
import { createFilesShown } from '../outbox/files-shown.ts';
import { createKeptFiles } from '../outbox/kept-files.ts';
import { createLimiter } from '../outbox/limiter.ts';
import { isNotice } from '../outbox/notices.ts';
import { createOutboxRows } from '../outbox/rows.ts';
import { createShowFiles } from '../outbox/show-files.ts';
import { startMessageWorker } from '../queue/worker.ts';
import { createFirstClaim } from '../redis/first-claim.ts';
import type { Core, RunningRole } from './core.ts';
import type { SlackSide } from './slack-side.ts';

/** How long a signature of Slack's is remembered: twice the time within which it is valid. */
const rememberSignaturesSeconds = 600;

/** Takes clicks and commands, and keeps the threads in Slack up to date. */
export async function startBotRole(
  core: Core,
  { client, directory }: SlackSide,
  http: Express,
): Promise<RunningRole> {
  const { config, log, redis } = core;
  const { slack, settings } = config;
  const once = createFirstClaim(redis.forAnswers, rememberSignaturesSeconds);
  const bot = createBot({
    ...core,
    silenced: core.holds.silenced,
    filesShown: createFilesShown(createFileRows(redis.forAnswers)),
    noteRefusedStart: createNoteRefusedStart({
      store: core.store,
      region: config.region,
      incidentOf: core.launches.incidentOf,
      journal: core.refusedCommands,
    }),
    slack,
    settings,
    client,
    directory,
    once,
    http,
  });
  await bot.start();
  const messages = startMessageWorker(redis.forWorkers, log, deliverer(core, client));
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

/** Brings threads in Slack up to date: those of incidents, and notices. */
function deliverer(
  { config, store, catalog, notices, clock, log, redis }: Core,
  client: SlackSide['client'],
): Deliver {
  const { slack, incident_channel: channel } = config.settings;
  const fileRows = createFileRows(redis.forAnswers);
  const common = {
    rows: createOutboxRows(redis.forAnswers),
    fileRows,
    showFiles: createShowFiles({
      rows: fileRows,
      board: createFileBoard({ client, channel }),
      kept: createKeptFiles(redis.forAnswers, clock),
      clock,
      log,
    }),
    limiter: createLimiter(redis.forAnswers, channel, slack.messages_per_second),
    clock,
  };
  const ofIncident = createDeliver({
    ...common,
    board: createNotifier({ client, catalog, channel, log }),
    load: store.load,
    filesOf: stepFilesOf,
  });
  const ofNotice = createDeliver({
    ...common,
    board: createNoticeNotifier({ client, channel, log }),
    load: notices.load,
    filesOf: () => [],
  });
  return async (id) => (isNotice(id) ? ofNotice(id) : ofIncident(id));
}
