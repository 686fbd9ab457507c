import { type PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { VaultStore } from '../../../src/audit/vault.ts';
import { createAuditBucket } from '../../../src/aws/s3/audit-bucket.ts';

interface Command {
  readonly input: Record<string, unknown>;
  readonly constructor: { readonly name: string };
}

describe('a conditional write to the audit bucket', () => {
  let sent: (readonly [string, Record<string, unknown>])[];
  /** The answers of S3, one after another: an object, or the name of an error. */
  let answers: (object | string)[];
  let store: VaultStore;

  beforeEach(() => {
    [sent, answers] = [[], []];
    const client = Object.assign(new S3Client({ region: 'us-east-1' }), {
      send: async ({ input, constructor: { name } }: Command) => {
        sent.push([name.replace(/Command$/, ''), input]);
        const answer = answers.shift() ?? {};
        if (typeof answer !== 'string') return answer;
        throw Object.assign(new Error('no'), { name: answer, $metadata: { httpStatusCode: 412 } });
      },
    });
    store = createAuditBucket(client, 'audit');
  });

  const object = (text: string) => ({ Body: { transformToString: async () => text } });
  const operations = (): readonly string[] => sent.map(([operation]) => operation);
  const put = { Bucket: 'audit', Key: 'k', Body: 'one', ContentType: 'application/json', IfNoneMatch: '*' };

  it('is one request that S3 refuses if the key is taken', async () => {
    expect(await store.putOnce('k', 'one')).toBe('written');
    expect(sent).toEqual([['PutObject', put]]);

    await store.putOnce('k', 'one', 'text/plain');
    expect(sent[1]?.[1]).toMatchObject({
      ContentType: 'text/plain',
    } satisfies Partial<PutObjectCommandInput>);
  });

  it('tells whether the key has the same body', async () => {
    answers = [
      'PreconditionFailed',
      object('one'),
      'PreconditionFailed',
      object('two'),
      'PreconditionFailed',
      {},
    ];

    expect(await store.putOnce('k', 'one')).toBe('same');
    expect(await store.putOnce('k', 'one')).toBe('different');
    expect(await store.putOnce('k', '')).toBe('same');
    expect(sent[1]).toEqual(['GetObject', { Bucket: 'audit', Key: 'k' }]);
  });

  it('is tried again if S3 was busy with the key, or the object is gone again', async () => {
    answers = ['ConditionalRequestConflict', 'PreconditionFailed', 'NoSuchKey', {}];

    expect(await store.putOnce('k', 'one')).toBe('written');
    expect(operations()).toEqual(['PutObject', 'PutObject', 'GetObject', 'PutObject']);
  });

  it('is given up after five tries', async () => {
    answers = Array.from({ length: 9 }, () => 'ConditionalRequestConflict');

    await expect(store.putOnce('k', 'one')).rejects.toMatchObject({
      code: 'aws-unavailable',
      detail: 's3://audit/k could not be written in 5 tries',
    });
    expect(sent).toHaveLength(5);
    sent.length = 0;
    answers = Array.from({ length: 9 }, () => 'ConditionalRequestConflict');
    await expect(store.putFile('k', 'image/png', new Uint8Array([1]))).rejects.toMatchObject({
      code: 'aws-unavailable',
    });
    expect(sent).toHaveLength(5);
  });

  it('of a file is done once the key is taken, by whomever', async () => {
    const bytes = new Uint8Array([1]);
    answers = ['ConditionalRequestConflict', 'PreconditionFailed'];
    await store.putFile('k', 'image/png', bytes);
    await store.putFile('k', 'image/png', bytes);

    expect(sent.map(([, input]) => input)).toEqual(
      [1, 2, 3].map(() => ({ ...put, Body: bytes, ContentType: 'image/png' })),
    );
  });

  it('that S3 refuses says nothing about the change that it records', async () => {
    answers = ['AccessDenied'];
    const refused = store.putOnce('k', 'one');

    await expect(refused).rejects.toMatchObject({ code: 'aws-denied', refused: false });
    await expect(refused).rejects.toHaveProperty('cause.code', 'aws-denied');
    await expect(refused).rejects.toThrow('PutObject s3://audit/k');
  });

  it('can be read back, and nothing is there before it', async () => {
    answers = [object('one'), 'NoSuchKey', {}];

    expect(await store.get('k')).toBe('one');
    expect(await store.get('k')).toBeUndefined();
    expect(await store.get('k')).toBe('');
  });

  it('is listed page by page, as the keys are and not as they stand in XML', async () => {
    answers = [
      { EncodingType: 'url', Contents: [{ Key: 'a/b%20c' }, { Key: 'a/d' }], NextContinuationToken: 'more' },
      { Contents: [{ Key: 'a/e%20' }] },
      {},
    ];
    const keys: string[] = [];
    for await (const key of store.keys('a/', 'a/a')) keys.push(key);

    expect(keys).toEqual(['a/b c', 'a/d', 'a/e%20']);
    const asked = { Bucket: 'audit', Prefix: 'a/', StartAfter: 'a/a', EncodingType: 'url' };
    expect(sent).toEqual([
      ['ListObjectsV2', { ...asked, ContinuationToken: undefined }],
      ['ListObjectsV2', { ...asked, ContinuationToken: 'more' }],
    ]);
    for await (const key of store.keys('a/')) keys.push(key);
    expect(keys).toHaveLength(3);
  });

  it('is listed by folders', async () => {
    answers = [
      { EncodingType: 'url', CommonPrefixes: [{ Prefix: 'j/rl-1/' }], NextContinuationToken: 'more' },
      { CommonPrefixes: [{ Prefix: 'j/rl-2/' }] },
      {},
    ];
    const names: string[] = [];
    for await (const name of store.folders('j/')) names.push(name);

    expect(names).toEqual(['rl-1', 'rl-2']);
    expect(sent[0]?.[1]).toMatchObject({ Prefix: 'j/', Delimiter: '/' });
    for await (const name of store.folders('j/')) names.push(name);
    expect(names).toHaveLength(2);
  });
});
