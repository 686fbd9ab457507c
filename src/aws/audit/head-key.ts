import type { KeyObject } from 'node:crypto';
import { SignCommand } from '@aws-sdk/client-kms';
import type { HeadKey } from '../../audit/archive/head-signer.ts';
import { isSignedBy } from '../../audit/proofs.ts';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { headPublicKey, regionOf } from './head-public-key.ts';

/**
 * A key in AWS KMS that signs heads. ED25519_SHA_512 with RAW messages of up to 4,096 bytes is Ed25519 as RFC 8032 has it:
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html. The public key of a KMS key never changes, so it is
 * fetched once.
 */
export function createHeadKey(kmsIn: Clients['kmsIn'], arn: string): HeadKey {
  let known: KeyObject | undefined;
  const publicKey = async (): Promise<KeyObject> => {
    known ??= await headPublicKey(kmsIn, arn);
    return known;
  };
  return {
    publicKey,
    sign: async (text) => {
      const key = await publicKey();
      const input = {
        KeyId: arn,
        Message: text,
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      } as const;
      const { Signature: signature = new Uint8Array() } = await callAws(`Sign ${arn}`, async () =>
        kmsIn(regionOf(arn)).send(new SignCommand(input)),
      );
      // Nobody could replace a head with a wrong signature: the vault keeps the first.
      if (!isSignedBy(key, text, Buffer.from(signature).toString('base64')))
        throw new OpsError('unexpected', `Sign ${arn}: its public key does not verify the signature`);
      return signature;
    },
  };
}
