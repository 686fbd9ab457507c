import type { webApi } from '@slack/bolt';
import type { OpsError } from '../../errors.ts';
import { asSlackError } from './slack-errors.ts';

/** A good token is checked rarely; after a failure, the next check must notice soon that it is good again. */
const [goodForMs, badForMs] = [5 * 60_000, 30_000];

/**
 * Whether Slack accepts the bot token: https://docs.slack.dev/reference/methods/auth.test. Slack is asked at most every 5
 * minutes, however often the check runs.
 */
export function createTokenCheck(
  client: Pick<webApi.WebClient, 'auth'>,
): () => Promise<OpsError | undefined> {
  let last: { readonly until: number; readonly result: Promise<OpsError | undefined> } | undefined;
  const ask = async (): Promise<OpsError | undefined> => {
    try {
      await client.auth.test();
      return undefined;
    } catch (thrown) {
      return asSlackError(thrown);
    }
  };
  return async () => {
    const now = performance.now();
    if (last !== undefined && now < last.until) return last.result;
    const asked = { until: now + goodForMs, result: ask() };
    last = asked;
    const problem = await asked.result;
    if (problem !== undefined) last = { until: now + badForMs, result: Promise.resolve(problem) };
    return problem;
  };
}
