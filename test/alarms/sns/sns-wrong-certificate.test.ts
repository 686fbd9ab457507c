import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { aNotification, certificateUrl, createSigner, now, type Signer, sns } from '../a-topic.ts';
import { expectRefused, startWebhook, type TestWebhook } from '../a-webhook.ts';

let redis: TestRedis;
let signer: Signer;
let webhook: TestWebhook;

beforeAll(async () => {
  [redis, signer] = await Promise.all([startRedis(), createSigner()]);
});
afterAll(async () => redis.close());
beforeEach(async () => {
  webhook = await startWebhook(signer, redis);
});
afterEach(async () => webhook.close());

const name = 'SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';

/** None of these is the address of SNS itself. */
const elsewhere: readonly (readonly [string, unknown])[] = [
  ['on http', certificateUrl.replace('https', 'http')],
  ['in a bucket', `https://sns.s3.amazonaws.com/${name}`],
  ['in a bucket named like SNS', `https://sns.us-east-1.s3.amazonaws.com/${name}`],
  ['in another Region', `https://sns.eu-west-1.amazonaws.com/${name}`],
  ['in China', `https://sns.us-east-1.amazonaws.com.cn/${name}`],
  ['below a foreign domain', `https://sns.us-east-1.amazonaws.com.evil.example/${name}`],
  ['on a subdomain', `https://evil.sns.us-east-1.amazonaws.com/${name}`],
  ['behind a trailing dot', `https://sns.us-east-1.amazonaws.com./${name}`],
  ['behind a user', `https://sns.us-east-1.amazonaws.com@evil.example/${name}`],
  ['with a user', `https://user:pass@sns.us-east-1.amazonaws.com/${name}`],
  ['on a port', `https://sns.us-east-1.amazonaws.com:8443/${name}`],
  ['on its own port', `https://sns.us-east-1.amazonaws.com:443/${name}`],
  ['with a letter that only looks right', `https://sns.us-east-1.amаzonaws.com/${name}`],
  ['in wide letters', `https://ｓｎｓ.us-east-1.amazonaws.com/${name}`],
  ['in capitals', `HTTPS://SNS.us-east-1.amazonaws.com/${name}`],
  ['with a backslash', `https:\\\\sns.us-east-1.amazonaws.com\\${name}`],
  ['with a query', `${certificateUrl}?x=1`],
  ['with a fragment', `${certificateUrl}#x`],
  ['up and down the path', `${sns}/x/../${name}`],
  ['up the path in disguise', `${sns}/%2e%2e/${name}`],
  ['in a folder', `${sns}/folder/${name}`],
  ['with a name of its own', `${sns}/certificate.pem`],
  ['with a name too long', certificateUrl.replace('.pem', 'a.pem')],
  ['with another ending', certificateUrl.replace('.pem', '.PEM')],
  ['before a line break', `${certificateUrl}\n`],
  ['after a space', ` ${certificateUrl}`],
  ['in a file', 'file:///etc/ssl/cert.pem'],
  ['nowhere', ''],
];

describe('a request to /alarms/sns is refused when it', () => {
  it.each(elsewhere)('has its certificate %s, without requesting it', async (_, url) => {
    await expectRefused(
      webhook,
      'certificate URL does not belong to SNS',
      signer.sign(aNotification({ SigningCertURL: url })),
    );
    expect(webhook.asked).toEqual([]);
  });
});

describe('a message of SNS is refused while its certificate', () => {
  it.each([
    ['is not valid yet', { from: now + 60_000 }],
    ['is no longer valid', { to: now - 60_000 }],
  ])('%s', async (_, dates) => {
    const other = await createSigner(dates);
    await webhook.close();
    webhook = await startWebhook(other, redis);

    await expectRefused(webhook, 'certificate has expired or is not valid yet', other.sign(aNotification()));
  });

  it('is not a certificate', async () => {
    await webhook.close();
    webhook = await startWebhook({ ...signer, certificate: '<html>' }, redis);

    await expectRefused(webhook, 'certificate does not exist at SNS', signer.sign(aNotification()));
  });

  it('has a key of another kind', async () => {
    const other = await createSigner({ keyType: 'ec' });
    await webhook.close();
    webhook = await startWebhook(other, redis);

    await expectRefused(webhook, 'its signature does not match', other.sign(aNotification()));
  });
});
