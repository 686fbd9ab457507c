import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  aboutTheSubscription,
  aNotification,
  certificateUrl,
  type Envelope,
  now,
  type Signer,
  sns,
  topic,
} from './a-topic.ts';

/** A request that did not come from SNS. */
export interface Forgery {
  readonly body: string | Buffer;
  readonly headers: Record<string, string>;
}

const name = 'SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';
const host = 'sns.us-east-1.amazonaws.com';
const hex = fc.stringMatching(/^[0-9a-f]{32}$/);

const certificateUrls = fc.oneof(
  fc.constantFrom(
    `http://${host}/${name}`,
    `https://sns.s3.amazonaws.com/${name}`,
    `https://sns.us-east-1.s3.amazonaws.com/${name}`,
    `https://sns.eu-west-1.amazonaws.com/${name}`,
    `https://evil.${host}/${name}`,
    `https://${host}./${name}`,
    `https://${host}.evil.example/${name}`,
    `https://${host}:443/${name}`,
    `https://${host}@evil.example/${name}`,
    `https://evil.example/${name}?https://${host}/${name}`,
    `https://sns.us-east-1.amаzonaws.com/${name}`,
    `https://ｓｎｓ.us-east-1.amazonaws.com/${name}`,
    `${sns}/../${name}`,
    `${sns}/%2e%2e/${name}`,
    `${certificateUrl}?x`,
    `${certificateUrl}#x`,
    `${certificateUrl}\n`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
  ),
  fc.webUrl({ validSchemes: ['http', 'https', 'ftp'], withQueryParameters: true }),
  // The right host, but the file does not exist.
  hex.map((digits) => `${sns}/SimpleNotificationService-${digits}.pem`),
);

const moments = fc
  .integer({ min: 66, max: 10_000_000 })
  .chain((minutes) => fc.constantFrom(minutes, -minutes))
  .map((minutes) => new Date(now + minutes * 60_000).toISOString());

const wrongValues = fc.oneof(
  fc.constantFrom<unknown>(null, 5, true, [], {}, '', [topic], { toString: topic }),
  fc.string({ maxLength: 50 }),
  certificateUrls,
  moments,
);

const words = fc.constantFrom(
  '5',
  'null',
  'true',
  '""',
  '[]',
  '[[]]',
  '{}',
  '',
  ' ',
  '{"__proto__":{"Type":"Notification"}}',
);
const huge = fc.integer({ min: 256 * 1024 + 1, max: 400_000 }).map((size) => 'x'.repeat(size));
const deep = fc.integer({ min: 1_000, max: 100_000 }).map((depth) => '['.repeat(depth));

/** Ten thousand signatures would take too long, so a few signed messages are forged in many ways. */
export function forgeries(signer: Signer): fc.Arbitrary<Forgery> {
  const good = [
    ...Array.from({ length: 5 }, () => aNotification()),
    aboutTheSubscription('SubscriptionConfirmation'),
    aboutTheSubscription('UnsubscribeConfirmation'),
  ].map((envelope) => signer.sign(envelope));
  const text = fc.constantFrom(...good.map((envelope) => JSON.stringify(envelope)));
  const body = fc.oneof(
    { weight: 4, arbitrary: flipped(text) },
    { weight: 4, arbitrary: changed(fc.constantFrom(...good)) },
    { weight: 2, arbitrary: fc.constantFrom(...signedButNotForUs(signer)) },
    { weight: 2, arbitrary: recoded(text) },
    { weight: 2, arbitrary: fc.oneof(words, deep, fc.json(), fc.string()) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  );
  const types = fc.constantFrom(
    'text/plain; charset=UTF-8',
    'application/json',
    'text/plain; charset=x',
    'multipart/form-data',
  );
  return fc.oneof(
    { weight: 60, arbitrary: fc.record({ body, headers: types.map((type) => ({ 'content-type': type })) }) },
    { weight: 1, arbitrary: huge.map((long) => ({ body: long, headers: {} })) },
    {
      weight: 1,
      arbitrary: text.map((one) => ({ body: gzipSync(one), headers: { 'content-encoding': 'gzip' } })),
    },
  );
}

/** One to three bits of a genuine message are flipped. */
function flipped(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const bits = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3, selector: (bit) => bit % 8_000 });
  return fc.tuple(text, bits).map(([one, which]) => {
    const bytes = Buffer.from(one);
    const places = new Set(which.map((bit) => bit % (bytes.length * 8)));
    for (const place of places) bytes[place >> 3] = (bytes[place >> 3] ?? 0) ^ (1 << (place & 7));
    return bytes;
  });
}

/** A field is missing, changed, or given twice with the forged value last. */
function changed(good: fc.Arbitrary<Envelope>): fc.Arbitrary<string> {
  return good.chain((envelope) =>
    fc
      .record({
        field: fc.constantFrom(...Object.keys(envelope)),
        value: wrongValues,
        how: fc.constantFrom('lacks', 'has', 'has twice'),
      })
      .filter(({ field, value }) => envelope[field] !== value)
      .map(({ field, value, how }) => {
        if (how === 'has') return JSON.stringify({ ...envelope, [field]: value });
        if (how === 'has twice')
          return `${JSON.stringify(envelope).slice(0, -1)},${JSON.stringify(field)}:${JSON.stringify(value)}}`;
        return JSON.stringify(Object.fromEntries(Object.entries(envelope).filter(([key]) => key !== field)));
      }),
  );
}

/** Genuinely signed, but invalid: replayed, dated in the future, or from another topic. */
function signedButNotForUs(signer: Signer): string[] {
  const changes: readonly Envelope[] = [
    { TopicArn: 'arn:aws:sns:us-east-1:999999999999:relight-alarms' },
    { TopicArn: 'arn:aws:sns:us-east-1:123456789012:relight-alarms.fifo' },
    { TopicArn: 'arn:aws:sns:us-east-1:123456789012:Relight-Alarms' },
    { SignatureVersion: '1' },
    { Timestamp: new Date(now - 66 * 60_000).toISOString() },
    { Timestamp: new Date(now + 66 * 60_000).toISOString() },
    { Timestamp: '2012-05-02T00:54:06.655Z' },
  ];
  return [
    ...changes.map((change) => aNotification(change)),
    ...changes.map((change) => aboutTheSubscription('SubscriptionConfirmation', change)),
    // Correctly signed, but subscriptions are off.
    aboutTheSubscription('SubscriptionConfirmation', { SubscribeURL: 'http://169.254.169.254/' }),
  ].map((envelope) => JSON.stringify(signer.sign(envelope)));
}

/** The same message in an encoding that SNS does not use. */
function recoded(text: fc.Arbitrary<string>): fc.Arbitrary<string | Buffer> {
  const ways = fc.constantFrom<(one: string) => string | Buffer>(
    (one) => Buffer.from(one, 'utf16le'),
    (one) => Buffer.from(one, 'latin1'),
    (one) => Buffer.from(one).toString('base64'),
    (one) => encodeURIComponent(one),
    (one) => `\uFEFF${one}`,
    (one) => `${one}${one}`,
    (one) => `${one},`,
    (one) => `[${one}]`,
    (one) => JSON.stringify(one),
    (one) => `{"Records":[{"Sns":${one}}]}`,
    (one) => one.replaceAll('"', "'"),
    (one) => one.slice(0, -1),
    (one) => one.toLowerCase(),
  );
  return fc.tuple(text, ways).map(([one, way]) => way(one));
}
