import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { asOpsError } from '../../errors.ts';
import { createRareWarnings, type Log, type Warn } from '../../log.ts';
import type { SnsMessage } from './message.ts';
import { type Refusal, refusalOf } from './refusals.ts';
import { createVerifySns, type VerifyDeps } from './verify.ts';

/** The ids of messages that were recorded, shared by all processes. */
export interface SeenMessages {
  readonly has: (id: string) => Promise<boolean>;
  readonly add: (id: string) => Promise<void>;
}

export interface SnsDeps extends VerifyDeps {
  /** Whether a subscription may be confirmed now: `sns.confirm_subscriptions` in relight.yaml. */
  readonly confirm: boolean;
  readonly confirmSubscription: (topic: string, token: string) => Promise<void>;
  readonly seen: SeenMessages;
  /** Records the message, the envelope as it came. Throws when it could not; the same message may come again. */
  readonly record: (letter: { readonly id: string; readonly body: string }) => Promise<void>;
  readonly log: Log;
}

type Deduplicate = (id: string, work: () => Promise<void>) => Promise<void>;

interface Webhook extends SnsDeps {
  readonly verify: ReturnType<typeof createVerifySns>;
  readonly deduplicate: Deduplicate;
  readonly warn: Warn;
}

/** What whoever asked is told, whatever the reason. */
const lines = { 200: 'ok', 400: 'not a message of SNS', 403: 'refused', 503: 'try again' };
type Status = keyof typeof lines;

/** The largest message of SNS: https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html */
const maxBytes = 256 * 1024;

/**
 * `POST /alarms/sns`. SNS sends JSON as text/plain, so every content type is read. SNS takes 5xx for "try again" and
 * gives up on 4xx: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function addSnsRoute(app: Express, parts: SnsDeps): void {
  const webhook: Webhook = {
    ...parts,
    verify: createVerifySns(parts),
    deduplicate: createDeduplicate(parts.seen),
    warn: createRareWarnings(parts.log, parts.now),
  };
  app.post(
    '/alarms/sns',
    express.raw({ type: () => true, limit: maxBytes, inflate: false }),
    async (request: Request, response: Response) => {
      const body: unknown = request.body;
      answer(response, await handle(webhook, Buffer.isBuffer(body) ? body.toString() : ''));
    },
    // Four parameters make it the handler of what the reader of the body throws.
    (_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      answer(response, refuse(webhook, 'body'));
    },
  );
}

function answer(response: Response, status: Status): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${lines[status]}\n`);
}

async function handle(webhook: Webhook, text: string): Promise<Status> {
  try {
    const verdict = await webhook.verify(text);
    if ('refused' in verdict) return refuse(webhook, verdict.refused, verdict.topic);
    const { message } = verdict;
    if (message.Type === 'SubscriptionConfirmation' && !webhook.confirm)
      return refuse(webhook, 'confirming', message.TopicArn);
    await webhook.deduplicate(message.MessageId, async () => act(webhook, message, text));
    return 200;
  } catch (error) {
    webhook.warn('a message of SNS could not be taken; SNS sends it again', {
      error: asOpsError(error).line,
    });
    return 503;
  }
}

function refuse({ warn }: Webhook, refusal: Refusal, topic?: string): Status {
  const { status, why } = refusalOf(refusal);
  warn(`a request to /alarms/sns was refused: ${why}`, topic === undefined ? {} : { topic });
  return status;
}

async function act(webhook: Webhook, message: SnsMessage, body: string): Promise<void> {
  const { TopicArn: topic } = message;
  switch (message.Type) {
    case 'Notification':
      return webhook.record({ id: message.MessageId, body });
    case 'SubscriptionConfirmation':
      // By the API and never by SubscribeURL, which would have Relight ask for an address that somebody sent.
      await webhook.confirmSubscription(topic, message.Token);
      webhook.log.info({ topic }, 'the topic now sends its alarms to /alarms/sns');
      return;
    case 'UnsubscribeConfirmation':
      webhook.warn(
        'a topic no longer sends its alarms to /alarms/sns; if nobody meant that, subscribe it again',
        { topic },
      );
  }
}

/**
 * A message is marked only after its work is done: whatever fails or dies before that is done again when SNS sends it
 * again. Copies that arrive while the work is under way share its outcome. That holds within this process alone, since
 * a claim that outlives a crash could turn every further try of SNS away; between processes the work is idempotent.
 */
function createDeduplicate(seen: SeenMessages): Deduplicate {
  const underWay = new Map<string, Promise<void>>();
  return async (id, work) => {
    const running = underWay.get(id) ?? runUnlessSeen(seen, id, work).finally(() => underWay.delete(id));
    underWay.set(id, running);
    await running;
  };
}

async function runUnlessSeen(seen: SeenMessages, id: string, work: () => Promise<void>): Promise<void> {
  if (await seen.has(id)) return;
  await work();
  await seen.add(id);
}
