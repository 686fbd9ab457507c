import { App } from '@slack/bolt';
import { z } from 'zod';
import { createDecide } from './clicks/decide.ts';
import { createHoldIntents } from './clicks/hold-intents.ts';
import { createStepIntents } from './clicks/intents.ts';
import { createWayIntents } from './clicks/playbook-intents.ts';
import { listenForApprovals } from './listeners/buttons.ts';
import { listenForWaysOn } from './listeners/choose-playbook.ts';
import { listenForForms } from './listeners/form.ts';
import { listenForHome } from './listeners/home.ts';
import { listenForRequests } from './listeners/request.ts';
import { listenForRetries } from './listeners/retry.ts';
import { listenForCommands } from './listeners/slash-command.ts';
import { listenForSnoozes } from './listeners/snooze.ts';
import { listenForSubmissions } from './listeners/submit.ts';
import { listenForUnknown } from './listeners/unknown.ts';
import type { BotParts } from './services.ts';
import { createDoor } from './slack/receiver.ts';
import { asSlackError } from './slack/slack-errors.ts';
import { slackLog } from './slack/slack-log.ts';
import { type Place, tell } from './slack/tell.ts';
import { webClientOptions } from './slack/web-client.ts';
import { answerText } from './views/answers.ts';
import { signs } from './views/words.ts';

export interface Bot {
  /** Throws `slack-auth` or `slack-unavailable`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Whether a press would reach this process now; always true in HTTP mode. */
  readonly connected: () => boolean;
}

export function createBot(parts: BotParts): Bot {
  const door = createDoor(parts);
  const app = new App({
    receiver: door.receiver,
    token: parts.slack.botToken,
    clientOptions: webClientOptions(parts.slack, parts.log),
    logger: slackLog(parts.log),
    // The token is tried in `start`, where a bad one can be reported.
    deferInitialization: true,
    extendedErrorHandler: true,
    convoStore: false,
  });
  listen(app, parts);
  return {
    start: async () => {
      try {
        await app.init();
        await door.open();
      } catch (error) {
        throw asSlackError(error);
      }
    },
    stop: door.close,
    connected: door.connected,
  };
}

function listen(app: App, parts: BotParts): void {
  const decide = createDecide(parts);
  const intents = {
    ...createStepIntents(parts, decide),
    ...createHoldIntents(parts, decide),
    ...createWayIntents(parts, decide),
  };
  const listening = { ...parts, intents };
  for (const listenFor of [
    listenForApprovals,
    listenForRetries,
    listenForForms,
    listenForRequests,
    listenForSubmissions,
    listenForWaysOn,
    listenForSnoozes,
    listenForCommands,
    listenForHome,
    listenForUnknown,
  ])
    listenFor(app, listening);
  app.error(async ({ error, body }: { readonly error: Error; readonly body: unknown }) => {
    parts.log.error({ error: error.message }, 'a listener failed');
    const place = placeOf(body, parts.settings.incident_channel);
    const text = isLost(error) ? answerText({ kind: 'incident-lost' }) : somethingBroke;
    if (place !== undefined) await tell(parts, place, text);
  });
}

/** Bolt hands on errors with a code as they are, and wraps others. */
function isLost(error: Error): boolean {
  return 'code' in error && error.code === 'incident-unknown';
}

const somethingBroke = `${signs.warning} Relight met an error and may not have recorded this. Look at the thread, then press again.`;

const Where = z.union([
  z
    .object({ user_id: z.string(), channel_id: z.string() })
    .transform(({ user_id, channel_id }) => ({ user: user_id, channel: channel_id, thread: undefined })),
  z
    .object({
      user: z.object({ id: z.string() }),
      channel: z.object({ id: z.string() }).optional(),
      message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
    })
    .transform(({ user, channel, message }) => ({
      user: user.id,
      channel: channel?.id,
      thread: message?.thread_ts ?? message?.ts,
    })),
]);

/** Undefined for an event that no person waits for. */
function placeOf(body: unknown, fallback: string): Place | undefined {
  const where = Where.safeParse(body).data;
  return where && { ...where, channel: where.channel ?? fallback };
}
