import { ExpressReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { BotServices } from '../services.ts';
import { httpGuard } from './http-guard.ts';
import { slackLog } from './slack-log.ts';

/** The connection over which Slack sends clicks and commands. */
export interface SlackConnection {
  readonly receiver: Receiver;
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
  readonly connected: () => boolean;
}

export type ConnectionDeps = Pick<BotServices, 'slack' | 'http' | 'clock' | 'once' | 'log'>;

export function createConnection(deps: ConnectionDeps): SlackConnection {
  return deps.slack.mode === 'socket'
    ? socketConnection(deps, deps.slack.appToken)
    : httpConnection(deps, deps.slack.signingSecret);
}

/** Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode */
function socketConnection({ slack, log }: ConnectionDeps, appToken: string): SlackConnection {
  const logger = slackLog(log);
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    installerOptions: {
      clientOptions: {
        ...(slack.apiUrl === undefined ? {} : { slackApiUrl: slack.apiUrl }),
        timeout: 10_000,
        // A bot that gives up on reconnecting receives nothing until it is restarted.
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
    open: async () => void (await receiver.start()),
    close: async () => receiver.stop(),
    connected: () => connected,
  };
}

/** HTTP mode: the server belongs to `app/`, so there is nothing to open or close here. */
function httpConnection({ http, clock, once, log }: ConnectionDeps, signingSecret: string): SlackConnection {
  const endpoints = '/slack/events';
  http.use(endpoints, ...httpGuard({ signingSecret, clock, once, log }));
  const receiver = new ExpressReceiver({ signingSecret, app: http, endpoints, logger: slackLog(log) });
  const nothing = async (): Promise<void> => undefined;
  return { receiver, open: nothing, close: nothing, connected: () => true };
}
