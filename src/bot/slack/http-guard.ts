import { isUtf8 } from 'node:buffer';
import { isValidSlackRequest } from '@slack/bolt';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { LRUCache } from 'lru-cache';
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
/** Signatures that this process remembers itself: thirty a second, for as long as they are valid. */
const remembered = 20_000;

/** Slack sends forms and JSON, never compressed: https://docs.slack.dev/interactivity/handling-user-interaction */
const contentTypes = /^application\/(?:x-www-form-urlencoded|json)(?:\s*;|$)/i;

/**
 * Runs before Bolt, which accepts signed requests from the future and repeated ones. The signature covers the bytes of
 * the body, so it is read here once and passed on where Bolt looks for it.
 */
export function httpGuard(deps: GuardDeps): RequestHandler[] {
  const warn = createRareWarnings(deps.log, deps.clock.now);
  const recent = new LRUCache<string, true>({ max: remembered });
  return [
    express.raw({ type: () => true, limit: '1mb' }),
    async (request: Request, response: Response, next: NextFunction) => {
      const given: unknown = request.body;
      const body = Buffer.isBuffer(given) ? given : Buffer.alloc(0);
      const why =
        notFromSlack(request, body) ??
        (await notSignedNow({ ...deps, recent, warn }, request, body.toString()));
      if (why === undefined) {
        Object.assign(request, { rawBody: body.toString() });
        next();
        return;
      }
      warn(`a request to /slack/events was refused: ${why}`, {});
      response.status(401).end();
    },
  ];
}

/** What Slack never sends, so that there is only one form of each request for its signature. */
function notFromSlack(request: Request, body: Buffer): string | undefined {
  // Bolt reads the timestamp as a number, for which `0123` and `123` have the same signature.
  if (!/^[1-9]\d{0,11}$/.test(request.header('x-slack-request-timestamp') ?? ''))
    return 'its timestamp is not a number';
  // Exactly this form: Bolt ignores the text after a second `=`, so each variant would count as a new signature.
  if (!/^v0=[0-9a-f]{64}$/.test(request.header('x-slack-signature') ?? ''))
    return 'its signature is malformed';
  // It was decompressed before the signature is checked.
  if ((request.header('content-encoding') ?? 'identity') !== 'identity') return 'its body is compressed';
  if (!contentTypes.test(request.header('content-type') ?? '')) return 'its content type is not one of Slack';
  // All bytes that are not UTF-8 become the same character, which hides changes from the signature.
  return isUtf8(body) ? undefined : 'its body is not UTF-8';
}

interface Replays extends Pick<GuardDeps, 'once'> {
  readonly recent: LRUCache<string, true>;
  readonly warn: Warn;
}

async function notSignedNow(
  { signingSecret, clock, ...deps }: GuardDeps & Replays,
  request: Request,
  body: string,
): Promise<string | undefined> {
  const timestamp = Number(request.header('x-slack-request-timestamp'));
  const signature = request.header('x-slack-signature') ?? '';
  if (Math.abs(clock.now() / 1_000 - timestamp) > maxAgeSeconds) return 'its timestamp is too far from now';
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp };
  const valid = isValidSlackRequest({ signingSecret, body, headers, nowMilliseconds: clock.now() });
  if (!valid) return 'its signature is wrong';
  return (await isFirst(deps, signature)) ? undefined : 'its signature was used before';
}

/**
 * Without Redis no click can be recorded either. The request continues, so that the person is told so. Copies that make
 * Redis late by their number are refused by this process itself.
 */
async function isFirst({ once, recent, warn }: Replays, signature: string): Promise<boolean> {
  if (recent.has(signature)) return false;
  recent.set(signature, true);
  try {
    return (await firstWithin(replayCheckMs, once(`signature:${signature}`))) ?? true;
  } catch (error) {
    warn('signatures could not be checked for replays', { error: String(error) });
    return true;
  }
}
