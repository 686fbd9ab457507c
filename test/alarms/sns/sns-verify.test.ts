import { beforeAll, describe, expect, it } from 'vitest';
import { createVerifySns, type SnsVerification } from '../../../src/alarms/sns/verify.ts';
import { OpsError } from '../../../src/errors.ts';
import {
  aboutTheSubscription,
  aNotification,
  certificateUrl,
  createSigner,
  type Envelope,
  now,
  type Signer,
  topic,
} from '../a-topic.ts';

const minute = 60_000;

describe('the check of a message of SNS', () => {
  let signer: Signer;
  let at: number;
  let asked: string[];

  beforeAll(async () => {
    signer = await createSigner();
  });

  async function checked(
    envelope: unknown,
    { certificate = async () => signer.certificate, topics = [topic], time = now } = {},
  ): Promise<SnsVerification> {
    at = time;
    asked = [];
    const verify = createVerifySns({
      topics: new Set(topics),
      certificate: async (url) => {
        asked.push(url);
        return certificate();
      },
      now: () => at,
    });
    return verify(typeof envelope === 'string' ? envelope : JSON.stringify(envelope));
  }
  const signed = (changes: Envelope = {}): Envelope => signer.sign(aNotification(changes));

  it('returns the message if a topic of relight.yaml has just sent it', async () => {
    const { SigningCertURL: _url, ...rest } = signed();

    expect(await checked(signed())).toMatchObject({
      message: { Type: 'Notification', TopicArn: topic, Message: rest['Message'] },
    });
    expect(asked).toEqual([certificateUrl]);
    const { Subject: _, ...untitled } = aNotification();
    expect(await checked(signer.sign(untitled))).toHaveProperty('message');
  });

  it.each(['SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const)(
    'covers all that a %s says',
    async (type) => {
      const message = signer.sign(aboutTheSubscription(type));

      expect(await checked(message)).toMatchObject({ message: { Type: type } });
      expect(await checked({ ...message, Token: 'another' })).toMatchObject({ refused: 'signature' });
      expect(await checked({ ...message, Token: '' })).toEqual({ refused: 'shape' });
    },
  );

  it.each<readonly [string, Envelope]>([
    ['topic', { TopicArn: `${topic}2` }],
    ['version', { SignatureVersion: '1' }],
    ['certificate-url', { SigningCertURL: certificateUrl.replace('us-east-1', 'eu-west-1') }],
    ['certificate-url', { SigningCertURL: `${certificateUrl}?x` }],
    ['certificate-url', { SigningCertURL: certificateUrl.replace('f3ec', '0f3ec') }],
    ['certificate-url', { SigningCertURL: certificateUrl.replace('f3ec', 'F3EC') }],
    ['certificate-url', { SigningCertURL: certificateUrl.replace('https', 'http') }],
    ['time', { Timestamp: new Date(now - 65 * minute - 1).toISOString() }],
    ['time', { Timestamp: new Date(now + 65 * minute + 1).toISOString() }],
  ])('refuses another %s without asking for a certificate', async (refused, changes) => {
    const message = signed(changes);

    expect(await checked(message)).toEqual({ refused, topic: message['TopicArn'] });
    expect(asked).toEqual([]);
  });

  it('takes a message that SNS has tried to deliver for an hour', async () => {
    expect(await checked(signed({ Timestamp: new Date(now - 65 * minute).toISOString() }))).toHaveProperty(
      'message',
    );
    expect(await checked(signed({ Timestamp: new Date(now + 65 * minute).toISOString() }))).toHaveProperty(
      'message',
    );
  });

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp'])(
    'refuses a message with another %s',
    async (field) => {
      const { [field]: value } = aNotification();
      const other = {
        Message: 'x',
        MessageId: aNotification()['MessageId'],
        Subject: 'x',
        Timestamp: new Date(now - 1).toISOString(),
      }[field];

      expect(other).not.toBe(value);
      expect(await checked({ ...signed(), [field]: other })).toMatchObject({ refused: 'signature' });
    },
  );

  it('refuses what is no message', async () => {
    expect(await checked('{')).toEqual({ refused: 'shape' });
    expect(await checked('7')).toEqual({ refused: 'shape' });
    expect(await checked({ ...signed(), Type: 'Other' })).toEqual({ refused: 'shape' });
    expect(await checked(signed({ Subject: 'one\ntwo' }))).toEqual({ refused: 'shape' });
    expect(await checked(signed({ TopicArn: 'arn' }))).toEqual({ refused: 'shape' });
  });

  it('takes the signature only in the spelling of SNS', async () => {
    const message = signed();

    expect(await checked({ ...message, Signature: `${String(message['Signature'])} ` })).toMatchObject({
      refused: 'signature',
    });
    expect(await checked({ ...message, Signature: '' })).toMatchObject({ refused: 'signature' });
  });

  it.each([
    ['is not valid yet', { from: now + 1_000 }],
    ['is no longer valid', { to: now - 1_000 }],
  ])('refuses a certificate that %s', async (_, dates) => {
    const other = await createSigner(dates);

    expect(
      await checked(other.sign(aNotification()), { certificate: async () => other.certificate }),
    ).toMatchObject({
      refused: 'certificate-dates',
    });
  });

  it('takes a certificate in the first and the last second of its validity', async () => {
    const second = Math.floor(now / 1_000) * 1_000;
    const other = await createSigner({ from: second - 5_000, to: second + 5_000 });
    const certificate = async (): Promise<string> => other.certificate;

    for (const time of [second - 5_000, second + 5_000])
      expect(await checked(other.sign(aNotification()), { certificate, time })).toHaveProperty('message');
  });

  it('refuses a certificate with another kind of key, of somebody else, or none', async () => {
    const curve = await createSigner({ keyType: 'ec' });
    const others = await createSigner();

    expect(
      await checked(curve.sign(aNotification()), { certificate: async () => curve.certificate }),
    ).toMatchObject({ refused: 'signature' });
    expect(await checked(signed(), { certificate: async () => others.certificate })).toMatchObject({
      refused: 'signature',
    });
    expect(await checked(signed(), { certificate: async () => '<html>' })).toEqual({
      refused: 'certificate',
      topic,
    });
  });

  it('refuses a certificate that SNS does not have, and asks again if that is unknown for now', async () => {
    const fail = (code: 'aws-refused' | 'aws-unavailable') => async (): Promise<string> => {
      throw new OpsError(code, 'GET');
    };

    expect(await checked(signed(), { certificate: fail('aws-refused') })).toEqual({
      refused: 'certificate',
      topic,
    });
    await expect(checked(signed(), { certificate: fail('aws-unavailable') })).rejects.toMatchObject({
      code: 'aws-unavailable',
    });
    await expect(
      checked(signed(), {
        certificate: async () => {
          throw new TypeError('a bug');
        },
      }),
    ).rejects.toThrow('a bug');
  });
});
