import { isValidSlackRequest } from '@slack/bolt';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { createRareWarnings, type Log, type Warn } from '../../log.ts';
import type { Clock } from '../../ports/ports.ts';
import { firstWithin } from '../clicks/deadline.ts';

export interface GuardParts {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly once: (key: string) => Promise<boolean>;
  readonly log: Log;
}

/** Slack's own limit for a request that was kept and sent again: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const mostSeconds = 300;
const onceMs = 500;

/**
 * Stands before Bolt, which takes a signed request from the future, and the same one any number of times. The body is
 * read here once, because the signature covers its bytes, and handed on in the place where Bolt looks for it.
 */
export function httpGuard(parts: GuardParts): RequestHandler[] {
  const warn = createRareWarnings(parts.log, parts.clock.now);
  return [
    express.raw({ type: () => true, limit: '1mb' }),
    async (request: Request, response: Response, next: NextFunction) => {
      const body: unknown = request.body;
      const raw = Buffer.isBuffer(body) ? body.toString() : '';
      const why = await reasonToRefuse({ ...parts, warn }, request, raw);
      if (why === undefined) {
        Object.assign(request, { rawBody: raw });
        next();
        return;
      }
      warn(`a request to /slack/events was refused: ${why}`, {});
      response.status(401).end();
    },
  ];
}

async function reasonToRefuse(
  { signingSecret, clock, once, warn }: GuardParts & { readonly warn: Warn },
  request: Request,
  body: string,
): Promise<string | undefined> {
  const timestamp = request.header('x-slack-request-timestamp') ?? '';
  const signature = request.header('x-slack-signature') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is no number';
  // Exactly this form: Bolt ignores what follows a second `=`, and each such copy would count as a new signature.
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'its signature is malformed';
  if (Math.abs(clock.now() / 1_000 - Number(timestamp)) > mostSeconds) return 'its time is not now';
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) };
  const valid = isValidSlackRequest({ signingSecret, body, headers, nowMilliseconds: clock.now() });
  if (!valid) return 'its signature is wrong';
  return (await isFirst(once, signature, warn)) ? undefined : 'its signature was used before';
}

/** Without Redis nothing can be recorded either: the request goes on, so that the person is told just that. */
async function isFirst(once: GuardParts['once'], signature: string, warn: Warn): Promise<boolean> {
  try {
    return (await firstWithin(onceMs, once(`signature:${signature}`))) ?? true;
  } catch (error) {
    warn('signatures cannot be remembered', { error: String(error) });
    return true;
  }
}
