import { createSign, randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

/** The current time of the tests. */
export const now = Date.parse('2026-11-23T03:12:43.127Z');
export const topic = 'arn:aws:sns:us-east-1:123456789012:relight-alarms';
export const sns = 'https://sns.us-east-1.amazonaws.com';
export const certificateUrl = `${sns}/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem`;

export type Envelope = Readonly<Record<string, unknown>>;

export interface Signer {
  readonly certificate: string;
  /** The envelope with the signature that SNS would add. */
  readonly sign: (envelope: Envelope) => Envelope;
}

const day = 24 * 60 * 60_000;

/** A key and its certificate, valid around the time of the tests by default. */
export async function createSigner({
  from = now - day,
  to = now + day,
  keyType = 'rsa' as 'rsa' | 'ec',
} = {}): Promise<Signer> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], {
    keyType,
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
  });
  return {
    certificate: cert,
    sign: (envelope) => {
      const hash = envelope['SignatureVersion'] === '1' ? 'sha1' : 'sha256';
      return { ...envelope, Signature: createSign(hash).update(signed(envelope)).sign(key, 'base64') };
    },
  };
}

/** Implemented from the AWS documentation, independently of the code under test: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
function signed(envelope: Envelope): string {
  const names =
    envelope['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  return names
    .filter((name) => name in envelope)
    .reduce((text, name) => `${text}${name}\n${String(envelope[name])}\n`, '');
}

export function aNotification(changes: Envelope = {}): Envelope {
  return {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: topic,
    Subject: 'ALARM: "TrainingJobInterrupted-gold" in US East (N. Virginia)',
    Message: JSON.stringify({
      AlarmName: 'TrainingJobInterrupted-gold',
      NewStateValue: 'ALARM',
      Note: 'größer\n',
    }),
    Timestamp: new Date(now).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: certificateUrl,
    ...changes,
  };
}

export function aboutTheSubscription(
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  changes: Envelope = {},
): Envelope {
  const { Subject: _, ...usual } = aNotification();
  return {
    ...usual,
    Type: type,
    Token: '2336412f37fb6',
    Message:
      'You have chosen …\nTo confirm the subscription, visit the SubscribeURL included in this message.',
    SubscribeURL: `${sns}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=2336412f37fb6`,
    ...changes,
  };
}

export function without(envelope: Envelope, name: string): Envelope {
  return Object.fromEntries(Object.entries(envelope).filter(([key]) => key !== name));
}
