import { createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';

/** The only spec of KMS whose signatures are those of Ed25519: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
const [spec, usage] = ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'] as const;

/**
 * The public key of the KMS key that signs heads. Throws `config-invalid` for a key of another spec or usage, and the errors
 * of AWS.
 */
export async function headPublicKey(kmsIn: Clients['kmsIn'], arn: string): Promise<KeyObject> {
  const answer = await callAws(`GetPublicKey ${arn}`, async () =>
    kmsIn(regionOf(arn)).send(new GetPublicKeyCommand({ KeyId: arn })),
  );
  const { KeySpec = 'unknown', KeyUsage = 'unknown', PublicKey: der = new Uint8Array() } = answer;
  if (KeySpec !== spec || KeyUsage !== usage)
    throw new OpsError(
      'config-invalid',
      `RELIGHT_HEAD_KEY_ARN names ${arn}, which has the spec ${KeySpec} and the usage ${KeyUsage}; heads need a key of spec ${spec} and usage ${usage}`,
    );
  // DER-encoded SPKI (RFC 5280): https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
}

/** A key answers only in its own Region, which need not be that of the jobs. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
