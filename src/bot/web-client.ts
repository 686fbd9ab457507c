import { webApi } from '@slack/bolt';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { slackLog } from './slack-log.ts';

/**
 * Retrying and waiting out rate limits is the queue's work, where it survives a restart and is seen by all processes:
 * the client itself fails at once. https://docs.slack.dev/tools/node-slack-sdk/web-api#rate-limits
 */
export function webClientOptions(
  { apiUrl }: Pick<Config['slack'], 'apiUrl'>,
  log: Log,
): webApi.WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLog(log),
  };
}

export function createWebClient(
  slack: Pick<Config['slack'], 'apiUrl' | 'botToken'>,
  log: Log,
): webApi.WebClient {
  return new webApi.WebClient(slack.botToken, webClientOptions(slack, log));
}
