import { z } from 'zod';

const partitions = 'aws|aws-cn|aws-us-gov';

/** Standard topics only: a FIFO topic (.fifo) cannot send over HTTPS, https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html */
export const TopicArn = z
  .string()
  .regex(
    new RegExp(`^arn:(${partitions}):sns:[a-z]{2}(-[a-z]+)+-\\d:\\d{12}:[A-Za-z0-9_-]{1,256}$`),
    'must be the ARN of a standard SNS topic such as arn:aws:sns:us-east-1:123456789012:relight-alarms',
  );

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const commonFields = {
  MessageId: z.guid(),
  TopicArn,
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.string(),
  Signature: z.string(),
  SigningCertURL: z.string(),
};

/** SNS allows no control characters in a subject. With a line break, one signature could match two messages. */
const Subject = z.string().regex(/^\P{Cc}*$/u);

/** `SubscribeURL` is part of the signed text; Relight never requests it. */
const subscriptionFields = { ...commonFields, Token: z.string().min(1), SubscribeURL: z.string() };

const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Notification'), ...commonFields, Subject: Subject.optional() }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...subscriptionFields }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...subscriptionFields }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

/** Undefined if the text is not an SNS message. */
export function readSnsMessage(text: string): SnsMessage | undefined {
  try {
    return SnsMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const unsigned: ReadonlySet<string> = new Set(['SignatureVersion', 'Signature', 'SigningCertURL']);

/** The text that the signature covers, fields in byte order of their names: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export function stringToSign(message: SnsMessage): string {
  return Object.entries(message)
    .filter(([name, value]) => !unsigned.has(name) && value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
}

/**
 * Whether the URL belongs to SNS in the topic's Region. Compared as a string and not parsed: lenient URL parsers, and
 * any wider match on amazonaws.com, have both been exploited.
 * https://spaceraccoon.dev/exploiting-improper-validation-amazon-simple-notification-service/
 */
export function isCertificateUrl(url: string, topic: string): boolean {
  const [, partition, , region] = topic.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const start = `https://sns.${region}.${domain}/SimpleNotificationService-`;
  return url.startsWith(start) && /^[0-9a-f]{32}\.pem$/.test(url.slice(start.length));
}
