import { redactText } from '../sanitize/redaction.ts';
import type { PageEvent } from './page-event.ts';

/** `later`: it may work in a while, after `afterMs` if the tool says so. `refused`: the same event is never accepted. */
export type PageAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'later'; readonly why: string; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly why: string };

/** Sends events to an on-call tool. Never throws. */
export type Pager = (event: PageEvent, signal: AbortSignal) => Promise<PageAnswer>;

const timeoutMs = 10_000;
/** A tool that asks for a longer wait is asked again sooner: a page that waits for an hour is lost. */
const maxWaitMs = 60_000;
const maxWords = 300;

export function createPager({ url, key }: { readonly url: string; readonly key: string }): Pager {
  return async (event, signal) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ routing_key: key, ...event }),
        // A redirect would send the key to another address.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return answerOf(response, withoutKey(await response.text(), key));
    } catch (error) {
      return { kind: 'later', why: withoutKey(causeOf(error), key) };
    }
  };
}

/** https://developer.pagerduty.com/docs/events-api-v2/overview/#response-codes--retry-logic */
export function answerOf({ status, ok, headers }: Response, body: string): PageAnswer {
  if (ok) return { kind: 'accepted' };
  const why = `HTTP ${status}${body === '' ? '' : `: ${body}`}`;
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', why };
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return {
    kind: 'later',
    why,
    ...(seconds > 0 && { afterMs: Math.min(maxWaitMs, Math.ceil(seconds * 1_000)) }),
  };
}

/** `fetch` hides the reason in `cause`. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function withoutKey(text: string, key: string): string {
  const hidden = text.replaceAll(key, '[redacted]').replace(/\s+/g, ' ').trim();
  return redactText(hidden).slice(0, maxWords);
}
