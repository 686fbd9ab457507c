import {
  type WebAPICallResult,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Config } from '../../config/environment.ts';
import type { Log } from '../../log.ts';
import { everyText, redactText } from '../../sanitize/redaction.ts';
import type { SlackCalls } from './slack-calls.ts';
import { failureOf } from './slack-errors.ts';
import { slackLog } from './slack-log.ts';
import { inCallSpan } from './slack-spans.ts';

/**
 * The client fails at once. Retries and rate limits are handled by the queue, where they survive a restart and apply to
 * all processes. https://docs.slack.dev/tools/node-slack-sdk/web-api#rate-limits
 */
export function webClientOptions({ apiUrl }: Pick<Config['slack'], 'apiUrl'>, log: Log): WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLog(log),
  };
}

/** `calls`: what failed so far; without it, the caller keeps the pauses that Slack asks for. */
export function createWebClient(
  slack: Pick<Config['slack'], 'apiUrl' | 'botToken'>,
  log: Log,
  calls?: SlackCalls,
): WebClient {
  return new CarefulClient(slack.botToken, webClientOptions(slack, log), calls);
}

/** Sends no secrets, and calls no method again before the time that Slack asked to wait. */
class CarefulClient extends WebClient {
  private readonly failures: SlackCalls | undefined;

  constructor(token: string, options: WebClientOptions, failures: SlackCalls | undefined) {
    super(token, options);
    this.failures = failures;
  }

  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    const waitMs = (await this.failures?.pauseOf(method)) ?? 0;
    if (waitMs > 0) throw new WebAPIRateLimitedError(Math.ceil(waitMs / 1_000));
    try {
      return await inCallSpan(method, async () =>
        super.apiCall(method, options === undefined ? undefined : outgoing(options)),
      );
    } catch (thrown) {
      this.failures?.failed(method, failureOf(thrown));
      throw thrown;
    }
  }
}

/** Ids from Slack or Relight: they contain no untrusted text and must come back unchanged. */
const ids: ReadonlySet<string> = new Set([
  'token',
  'trigger_id',
  'channel',
  'channel_id',
  'user',
  'user_id',
  'ts',
  'thread_ts',
  'cursor',
  'action_id',
  'block_id',
  'callback_id',
  'private_metadata',
  'metadata',
]);

/** For the content of an acknowledgment, which does not go through the client. */
export function outgoing<T>(value: T): T {
  return everyText(value, redactText, ids);
}
