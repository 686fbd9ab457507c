import { describe, expect, it } from 'vitest';
import { TopicArn } from '../../../src/alarms/sns/message.ts';
import { createVerifySns, type SnsVerification } from '../../../src/alarms/sns/verify.ts';
import { aNotification, certificateUrl, createSigner, now, topic } from '../a-topic.ts';

describe('the certificates of the other partitions', () => {
  it.each([
    ['arn:aws-cn:sns:cn-north-1:123456789012:alarms', 'https://sns.cn-north-1.amazonaws.com.cn'],
    ['arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms', 'https://sns.us-gov-west-1.amazonaws.com'],
  ])('of %s are at %s', async (TopicArn, host) => {
    const signer = await createSigner();
    const name = certificateUrl.slice(certificateUrl.lastIndexOf('/'));
    const verify = createVerifySns({
      topics: new Set([TopicArn]),
      certificate: async () => signer.certificate,
      now: () => now,
    });
    const from = async (SigningCertURL: string): Promise<SnsVerification> =>
      verify(JSON.stringify(signer.sign(aNotification({ TopicArn, SigningCertURL }))));

    expect(await from(`${host}${name}`)).toHaveProperty('message');
    expect(await from(certificateUrl)).toMatchObject({ refused: 'certificate-url' });
  });
});

describe('the name of a topic', () => {
  it('is the ARN of a standard topic', () => {
    const arn = (text: string): boolean => TopicArn.safeParse(text).success;

    expect(arn(topic)).toBe(true);
    expect(arn(`${topic}.fifo`)).toBe(false);
    expect(arn(` ${topic}`)).toBe(false);
    expect(arn(topic.replace('123456789012', '12345'))).toBe(false);
    expect(arn(topic.replace('us-east-1', 'us'))).toBe(false);
    expect(arn(`arn:aws:sns:us-east-1:123456789012:${'a'.repeat(256)}`)).toBe(true);
    expect(arn(`arn:aws:sns:us-east-1:123456789012:${'a'.repeat(257)}`)).toBe(false);
  });
});
