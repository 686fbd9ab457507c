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
  /** Records the message, envelope included. Throws if it cannot; the same message may come again. */
  readonly record: (message: { readonly id: string; readonly body: string }) => Promise<void>;
  readonly log: Log;
}

type Deduplicate = (id: string, work: () => Promise<void>) => Promise<void>;

interface Webhook extends SnsDeps {
  readonly verify: ReturnType<typeof createVerifySns>;
  readonly deduplicate: Deduplicate;
  readonly warn: Warn;
}

/** Response body per status. The sender learns no more than this. */
const lines = { 200: 'ok', 400: 'not an SNS message', 403: 'refused', 503: 'try again' };
type Status = keyof typeof lines;

/** SNS's limit on message size: https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html */
const maxBytes = 256 * 1024;

/**
 * `POST /alarms/sns`. SNS sends JSON as text/plain, so every content type is accepted. SNS retries on 5xx and gives up
 * on 4xx: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function addSnsRoute(app: Express, deps: SnsDeps): void {
  const webhook: Webhook = {
    ...deps,
    verify: createVerifySns(deps),
    deduplicate: createDeduplicate(deps.seen),
    warn: createRareWarnings(deps.log, deps.now),
  };
  app.post(
    '/alarms/sns',
    express.raw({ type: () => true, limit: maxBytes, inflate: false }),
    async (request: Request, response: Response) => {
      const body: unknown = request.body;
      answer(response, await handle(webhook, Buffer.isBuffer(body) ? body.toString() : ''));
    },
    // Express passes errors of the body parser only to a handler with four parameters.
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
    const verified = await webhook.verify(text);
    if ('refused' in verified) return refuse(webhook, verified.refused, verified.topic);
    const { message } = verified;
    if (message.Type === 'SubscriptionConfirmation' && !webhook.confirm)
      return refuse(webhook, 'confirming', message.TopicArn);
    await webhook.deduplicate(message.MessageId, async () => act(webhook, message, text));
    return 200;
  } catch (error) {
    webhook.warn('an SNS message could not be recorded; SNS will retry', {
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
      // Never by SubscribeURL: Relight must not request an address that someone sent.
      await webhook.confirmSubscription(topic, message.Token);
      webhook.log.info({ topic }, 'subscription confirmed: the topic now sends alarms to /alarms/sns');
      return;
    case 'UnsubscribeConfirmation':
      webhook.warn(
        'a topic no longer sends alarms to /alarms/sns; if that was not intended, subscribe it again',
        { topic },
      );
  }
}

/**
 * Runs the work once per message. A message counts as seen only after its work succeeds, so that a retry of SNS repeats
 * failed work. Copies that arrive meanwhile share the result, within this process only: a claim shared by all processes
 * could outlive a crash and reject every retry. Across processes the work is idempotent.
 */
function createDeduplicate(seen: SeenMessages): Deduplicate {
  const inFlight = new Map<string, Promise<void>>();
  return async (id, work) => {
    const running = inFlight.get(id) ?? runUnlessSeen(seen, id, work).finally(() => inFlight.delete(id));
    inFlight.set(id, running);
    await running;
  };
}

async function runUnlessSeen(seen: SeenMessages, id: string, work: () => Promise<void>): Promise<void> {
  if (await seen.has(id)) return;
  await work();
  await seen.add(id);
}
