import { App } from '@slack/bolt';
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { Place } from './clicks/click.ts';
import { createDecide } from './clicks/decide.ts';
import { createKeptTrails } from './clicks/incident/kept-trails.ts';
import { createIntents } from './clicks/intents.ts';
import { createAnswerOnce } from './clicks/repeats.ts';
import { createHome } from './home.ts';
import { listenForTrails } from './listeners/audit.ts';
import { listenForButtons, listenForUnknown } from './listeners/buttons.ts';
import { listenForCheckpointFolders } from './listeners/checkpoint-folder.ts';
import { listenForChosenIncidents } from './listeners/choose-incident.ts';
import { listenForPlaybookChoices } from './listeners/choose-playbook.ts';
import { listenForDrills } from './listeners/drill.ts';
import { listenForGradings } from './listeners/grade-checkpoints.ts';
import { listenForHalts } from './listeners/halt.ts';
import { listenForHome } from './listeners/home.ts';
import { listenForIncidentMoves } from './listeners/incident-moves.ts';
import { listenForReports } from './listeners/report.ts';
import { listenForStepMoves } from './listeners/say-no.ts';
import { listenForRequests } from './listeners/see-request.ts';
import { listenForSilences } from './listeners/silence.ts';
import { listenForCommands } from './listeners/slash-command.ts';
import { listenForStarts } from './listeners/start-about.ts';
import type { BotServices } from './services.ts';
import { createConnection } from './slack/receiver.ts';
import { asSlackError } from './slack/slack-errors.ts';
import { slackLog } from './slack/slack-log.ts';
import { type ReplyTarget, tell } from './slack/tell.ts';
import { traceRequests } from './slack/trace-requests.ts';
import { webClientOptions } from './slack/web-client.ts';
import { answerText } from './views/answers.ts';
import { signs } from './views/words.ts';

export interface Bot {
  /** Throws `slack-auth` or `slack-unavailable`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Something that the Home tab shows may have changed. */
  readonly homeChanged: () => void;
  /** Whether a click would reach this process now; always true in HTTP mode. */
  readonly connected: () => boolean;
}

export function createBot(services: BotServices): Bot {
  const connection = createConnection(services);
  const app = new App({
    receiver: connection.receiver,
    token: services.slack.botToken,
    clientOptions: webClientOptions(services.slack, services.log),
    logger: slackLog(services.log),
    // The token is checked in `start`, which can report a bad one.
    deferInitialization: true,
    extendedErrorHandler: true,
    convoStore: false,
  });
  const home = createHome(services);
  traceRequests(app);
  listen(app, services);
  listenForHome(app, home);
  return {
    start: async () => {
      try {
        await app.init();
        await connection.open();
      } catch (error) {
        throw asSlackError(error);
      }
    },
    stop: async () => {
      home.close();
      await connection.close();
    },
    homeChanged: home.changed,
    connected: connection.connected,
  };
}

function listen(app: App, services: BotServices): void {
  const withIntents = {
    ...services,
    intents: createIntents(services, createDecide(services)),
    answerOnce: createAnswerOnce(services.clock),
    trailOf: createKeptTrails(services),
  };
  for (const listenFor of [
    listenForButtons,
    listenForRequests,
    listenForPlaybookChoices,
    listenForCheckpointFolders,
    listenForStepMoves,
    listenForSilences,
    listenForIncidentMoves,
    listenForChosenIncidents,
    listenForTrails,
    listenForReports,
    listenForGradings,
    listenForStarts,
    listenForHalts,
    listenForDrills,
    listenForCommands,
    listenForUnknown,
  ])
    listenFor(app, withIntents);
  app.error(async ({ error, body }: { readonly error: Error; readonly body: unknown }) => {
    services.log.error({ error: error.message }, 'a listener failed');
    const target = replyTarget(body, services.settings.incident_channel);
    const text = whyGone(error) ?? somethingBroke;
    if (target !== undefined) await tell(services, target, text);
  });
}

/** Bolt passes on errors with a code as they are, and wraps others. */
function whyGone(error: Error): string | undefined {
  if (!(error instanceof OpsError)) return undefined;
  if (error.code === 'incident-archived') return answerText({ kind: 'archived', what: error.detail });
  return error.code === 'incident-unknown' ? answerText({ kind: 'incident-lost' }) : undefined;
}

const somethingBroke = `${signs.warning} Relight hit an error and may not have recorded this. Check the thread, then press again.`;

const Where = z.union([
  z
    .object({ user_id: z.string(), channel_id: z.string() })
    .transform(({ user_id, channel_id }) => ({ user: user_id, channel: channel_id, thread: undefined })),
  Place.transform(({ user, channel, message }) => ({
    user: user.id,
    channel: channel?.id,
    thread: message?.thread_ts ?? message?.ts,
  })),
]);

/** Undefined for an event that nobody is waiting for. */
function replyTarget(body: unknown, fallback: string): ReplyTarget | undefined {
  const where = Where.safeParse(body).data;
  return where && { ...where, channel: where.channel ?? fallback };
}
