import { ExpressReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { BotParts } from '../services.ts';
import { httpGuard } from './http-guard.ts';
import { slackLog } from './slack-log.ts';

/** The way by which Slack reaches us. */
export interface Door {
  readonly receiver: Receiver;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Whether a press would reach us now. */
  readonly connected: () => boolean;
}

export type DoorParts = Pick<BotParts, 'slack' | 'http' | 'clock' | 'once' | 'log'>;

export function createDoor(parts: DoorParts): Door {
  return parts.slack.mode === 'socket'
    ? socketDoor(parts, parts.slack.appToken)
    : httpDoor(parts, parts.slack.signingSecret);
}

/** Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode */
function socketDoor({ slack, log }: DoorParts, appToken: string): Door {
  const logger = slackLog(log);
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    installerOptions: {
      clientOptions: {
        ...(slack.apiUrl === undefined ? {} : { slackApiUrl: slack.apiUrl }),
        timeout: 10_000,
        // A bot that stops asking for a new socket is deaf until somebody restarts it.
        retryConfig: { forever: true, factor: 1.3, maxTimeout: 10_000 },
      },
    },
  });
  let connected = false;
  receiver.client.on('connected', () => {
    connected = true;
  });
  for (const event of ['close', 'reconnecting', 'disconnected'])
    receiver.client.on(event, () => {
      connected = false;
    });
  return {
    receiver,
    open: async () => {
      await receiver.start();
    },
    close: async () => receiver.stop(),
    connected: () => connected,
  };
}

/** HTTP mode: the server and its other routes are not ours, so there is nothing to open or close. */
function httpDoor({ http, clock, once, log }: DoorParts, signingSecret: string): Door {
  http.use('/slack/events', ...httpGuard({ signingSecret, clock, once, log }));
  const receiver = new ExpressReceiver({
    signingSecret,
    app: http,
    endpoints: '/slack/events',
    logger: slackLog(log),
  });
  return {
    receiver,
    open: async () => undefined,
    close: async () => undefined,
    connected: () => true,
  };
}
