import type { Express } from 'express';
import type { HeadKey } from '../audit/archive/head-signer.ts';
import type { VaultStore } from '../audit/vault.ts';
import { createBot } from '../bot/app.ts';
import { replyLimits } from '../bot/clicks/deadline.ts';
import type { BotServices } from '../bot/services.ts';
import type { FigureCache } from '../incidents/figures/figure-cache.ts';
import { createNoteRefusedStart } from '../incidents/refused-commands.ts';
import { createFileRows, type FileRows } from '../outbox/file-rows.ts';
import { createFilesShown } from '../outbox/files-shown.ts';
import type { Checkpoints, Training } from '../ports/ports.ts';
import { startMessageWorker } from '../queue/worker.ts';
import { createBlocklist } from '../redis/blocklist.ts';
import { createFirstClaim } from '../redis/first-claim.ts';
import { createIdSet } from '../redis/id-set.ts';
import { startHeadSigning } from './audit/head-signing.ts';
import type { Core, RunningRole } from './core.ts';
import { haltSpreader } from './halt/announce-halt.ts';
import { startCanaries } from './health.ts';
import { namedJobs } from './locations/named-jobs.ts';
import { preparation } from './readiness/bot-readiness.ts';
import type { SlackServices } from './slack-services.ts';
import { createThreadDelivery } from './thread-delivery.ts';
import { slackHealth } from './threads/slack-health.ts';
import { createThreadWatches, runThreadWatches } from './threads/thread-watches.ts';

/** What the bot answers from beside Redis. */
export interface BotSources {
  readonly training: Pick<Training, 'find'>;
  readonly checkpoints: Checkpoints;
  readonly figures: FigureCache;
  /** Undefined with RELIGHT_AUDIT=journal-only. */
  readonly vaultStore: VaultStore | undefined;
  /** Undefined without RELIGHT_HEAD_KEY_ARN. */
  readonly headKey: HeadKey | undefined;
}

const homeReaderMs = 24 * 3_600_000;

/** How long a Slack signature is remembered: twice its validity. */
const rememberSignaturesSeconds = 600;

/** Handles clicks and commands, and updates the threads in Slack. */
export async function startBotRole(
  core: Core,
  slack: SlackServices,
  http: Express,
  sources: BotSources,
): Promise<RunningRole> {
  const { redis, log } = core;
  const fileRows = createFileRows(redis.forAnswers);
  const bot = createSlackBot(core, slack, http, fileRows, sources);
  await bot.start();
  const heads = startHeadSigning(core, sources.vaultStore, sources.headKey);
  const deliver = createThreadDelivery(core, slack, fileRows);
  // Every change of an incident ends in a delivery.
  const services = { redis: redis.forWorkers, log, payloads: core.payloads };
  const messages = startMessageWorker(services, async (id) => {
    const wait = await deliver(id);
    bot.homeChanged();
    return wait;
  });
  const canaries = startCanaries(core, { messages });
  const watches = createThreadWatches(core, slack);
  const stopWatches = runThreadWatches(watches, core, bot.homeChanged);
  const health = slackHealth(core, slack, { watches, connected: bot.connected });
  return {
    ...health,
    checks: [...health.checks, ...canaries.map(({ check }) => check)],
    close: async (graceMs) => {
      stopWatches();
      heads.stop();
      await bot.stop();
      await Promise.all(canaries.map(async (canary) => canary.close()));
      await messages.close(graceMs);
    },
  };
}

/** The bot, not yet started. `limits`: how long it may take to reply. */
export function createSlackBot(
  core: Omit<Core, 'close'>,
  { client, directory, linkTo }: Pick<SlackServices, 'client' | 'directory' | 'linkTo'>,
  http: Express,
  fileRows: FileRows,
  sources: BotSources,
  limits = replyLimits,
): ReturnType<typeof createBot> {
  const { config, log, redis, clock, store, catalog, intake, advance, deadLetters, holds } = core;
  const { slack, settings } = config;
  return createBot({
    store,
    catalog,
    intake,
    advance,
    deadLetters,
    mutedAlarms: core.mutedAlarms,
    clock,
    limits,
    log,
    silenced: holds.silenced,
    filesShown: createFilesShown(fileRows),
    slack,
    settings,
    client,
    directory,
    blocklist: createBlocklist(redis.forAnswers, clock),
    ...forHome(core, sources, linkTo),
    ...forWholeWorkspace(core),
    ...preparation(core),
    ...namedJobs(core, sources),
    once: createFirstClaim(redis.forAnswers, rememberSignaturesSeconds),
    http,
  });
}

function forHome(
  { redis, clock }: Pick<Core, 'redis' | 'clock'>,
  { figures }: Pick<BotSources, 'figures'>,
  linkTo: BotServices['linkTo'],
): Pick<BotServices, 'figures' | 'linkTo' | 'homeReaders'> {
  return { figures, linkTo, homeReaders: createIdSet(redis.forAnswers, clock, 'home-readers', homeReaderMs) };
}

function forWholeWorkspace(
  core: Omit<Core, 'close'>,
): Pick<
  BotServices,
  'rules' | 'halts' | 'spreadHalt' | 'noteRefusedStart' | 'journal' | 'announce' | 'pilotResets' | 'tellAudit'
> {
  const { rules, halts, refusedCommands: journal, announce, autopilotResets: pilotResets, tellAudit } = core;
  const { store, config, launches } = core;
  const { incidentOf } = launches;
  const noteRefusedStart = createNoteRefusedStart({ store, region: config.region, incidentOf, journal });
  const spreadHalt = haltSpreader(core);
  return { rules, halts, spreadHalt, noteRefusedStart, journal, announce, pilotResets, tellAudit };
}
