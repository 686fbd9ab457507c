import type { Fallback } from '../../config/fallback-settings.ts';
import { redactText } from '../../sanitize/redaction.ts';
import { answerOf, causeOf, type PageAnswer } from '../pager.ts';
import type { FallbackMessage } from './fallback-message.ts';

/** Sends a message past Slack. Never throws. */
export type SendPast = (message: FallbackMessage, signal: AbortSignal) => Promise<PageAnswer>;

const timeoutMs = 10_000;

/** Posts the message as JSON. */
export function createWebhook({ url, bearer, secret }: NonNullable<Fallback['webhook']>): SendPast {
  const hidden = (text: string): string =>
    redactText(secret === undefined ? text : text.replaceAll(secret, '[redacted]'));
  return async (message, signal) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(message),
        // A redirect would send the secret to another address.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return answerOf(response, hidden(await response.text()));
    } catch (error) {
      return { kind: 'later', why: hidden(causeOf(error)) };
    }
  };
}
