import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeadKey } from '../../src/aws/audit/head-key.ts';
import { type CannedAws, startCannedAws } from './canned-aws.ts';

/** Test 1 of RFC 8032, section 7.1: https://www.rfc-editor.org/rfc/rfc8032#section-7.1 */
const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const own = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
});
const arn = 'arn:aws:kms:eu-west-1:123456789012:key/1234';

describe('the KMS key that signs heads', () => {
  let aws: CannedAws;
  let signer = own;
  let usage = 'SIGN_VERIFY';

  beforeEach(async () => {
    [signer, usage] = [own, 'SIGN_VERIFY'];
    aws = await startCannedAws(({ operation, body }) => ({
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(operation === 'Sign' ? signed(body) : described()),
    }));
  });
  afterEach(async () => aws.close());

  const described = (): object => ({
    KeyId: arn,
    KeySpec: 'ECC_NIST_EDWARDS25519',
    KeyUsage: usage,
    PublicKey: createPublicKey(own).export({ format: 'der', type: 'spki' }).toString('base64'),
  });
  const signed = (body: string): object => {
    const { Message } = JSON.parse(body) as { Message: string };
    return { KeyId: arn, Signature: sign(null, Buffer.from(Message, 'base64'), signer).toString('base64') };
  };

  it('signs in its own Region, as RFC 8032 has it, and is asked for its public key once', async () => {
    const key = createHeadKey(aws.clients.kmsIn, arn);
    const signatures = [await key.sign(Buffer.from('one')), await key.sign(Buffer.from('two'))];

    expect(signatures.map(({ length }) => length)).toEqual([64, 64]);
    expect(Buffer.from(signatures[0] ?? [])).toEqual(sign(null, Buffer.from('one'), own));
    expect(aws.requests.map(({ operation }) => operation)).toEqual(['GetPublicKey', 'Sign', 'Sign']);
    for (const { headers } of aws.requests) expect(headers.authorization).toContain('/eu-west-1/kms/');
  });

  it('gives no signature that its public key does not verify, because the vault would keep it forever', async () => {
    signer = generateKeyPairSync('ed25519').privateKey;

    await expect(createHeadKey(aws.clients.kmsIn, arn).sign(Buffer.from('one'))).rejects.toMatchObject({
      code: 'unexpected',
      detail: `Sign ${arn}: its public key does not verify the signature`,
    });
  });

  it('is refused if it is for another usage', async () => {
    usage = 'KEY_AGREEMENT';

    await expect(createHeadKey(aws.clients.kmsIn, arn).sign(Buffer.from('one'))).rejects.toMatchObject({
      code: 'config-invalid',
      detail: expect.stringContaining('the usage KEY_AGREEMENT; heads need'),
    });
    expect(aws.requests.map(({ operation }) => operation)).toEqual(['GetPublicKey']);
  });
});
