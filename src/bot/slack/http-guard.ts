import { isValidSlackRequest } from '@slack/bolt';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { createRareWarnings, type Log, type Warn } from '../../log.ts';
import type { Clock } from '../../ports/ports.ts';
import { firstWithin } from '../clicks/deadline.ts';

export interface GuardDeps {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly once: (key: string) => Promise<boolean>;
  readonly log: Log;
}

/** Slack's recommended limit against replayed requests: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const maxAgeSeconds = 300;
const replayCheckMs = 500;

/**
 * Runs before Bolt, which accepts signed requests from the future and repeated ones. The signature covers the bytes of
 * the body, so it is read here once and passed on where Bolt looks for it.
 */
export function httpGuard(deps: GuardDeps): RequestHandler[] {
  const warn = createRareWarnings(deps.log, deps.clock.now);
  return [
    express.raw({ type: () => true, limit: '1mb' }),
    async (request: Request, response: Response, next: NextFunction) => {
      const body: unknown = request.body;
      const raw = Buffer.isBuffer(body) ? body.toString() : '';
      const why = await reasonToRefuse({ ...deps, warn }, request, raw);
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
  { signingSecret, clock, once, warn }: GuardDeps & { readonly warn: Warn },
  request: Request,
  body: string,
): Promise<string | undefined> {
  const timestamp = request.header('x-slack-request-timestamp') ?? '';
  const signature = request.header('x-slack-signature') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return 'its timestamp is not a number';
  // Exactly this form: Bolt ignores the text after a second `=`, so each variant would count as a new signature.
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'its signature is malformed';
  if (Math.abs(clock.now() / 1_000 - Number(timestamp)) > maxAgeSeconds)
    return 'its timestamp is too far from now';
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) };
  const valid = isValidSlackRequest({ signingSecret, body, headers, nowMilliseconds: clock.now() });
  if (!valid) return 'its signature is wrong';
  return (await isFirst(once, signature, warn)) ? undefined : 'its signature was used before';
}

/** Without Redis no click can be recorded either. The request continues, so that the person is told so. */
async function isFirst(once: GuardDeps['once'], signature: string, warn: Warn): Promise<boolean> {
  try {
    return (await firstWithin(replayCheckMs, once(`signature:${signature}`))) ?? true;
  } catch (error) {
    warn('signatures could not be checked for replays', { error: String(error) });
    return true;
  }
}
