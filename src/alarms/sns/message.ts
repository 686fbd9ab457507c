import { z } from 'zod';
import { TopicArn } from './sns-topic.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const every = {
  MessageId: z.guid(),
  TopicArn,
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.string(),
  Signature: z.string(),
  SigningCertURL: z.string(),
};

/** SNS allows no control characters in a subject; with a line break, one signature could fit two messages. */
const Subject = z.string().regex(/^\P{Cc}*$/u);

/** `SubscribeURL` is part of what is signed, and is never asked for. */
const aboutTheSubscription = { ...every, Token: z.string().min(1), SubscribeURL: z.string() };

const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Notification'), ...every, Subject: Subject.optional() }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...aboutTheSubscription }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...aboutTheSubscription }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

/** Undefined for everything that SNS does not send. */
export function readSnsMessage(text: string): SnsMessage | undefined {
  try {
    return SnsMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What the signature covers, names in byte order: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export function stringToSign(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn: topic, Type } = message;
  const fields =
    Type === 'Notification'
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn: topic, Type }
      : {
          Message,
          MessageId,
          SubscribeURL: message.SubscribeURL,
          Timestamp,
          Token: message.Token,
          TopicArn: topic,
          Type,
        };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
}
