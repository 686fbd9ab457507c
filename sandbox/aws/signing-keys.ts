import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { account, region } from './arn.ts';
import { changes, type Operations, reads } from './operation.ts';
import { AwsError } from './responses.ts';
import { validated } from './validated.ts';

const KeyId = z.string().min(1).max(2_048);
const GetPublicKeyInput = z.object({ KeyId });
const SignInput = z.object({
  KeyId,
  /** At most 4,096 bytes. */
  Message: z.base64().min(1).max(5_464),
  MessageType: z.enum(['RAW', 'DIGEST', 'EXTERNAL_MU']).default('RAW'),
  SigningAlgorithm: z.enum(['ED25519_SHA_512', 'ED25519_PH_SHA_512', 'ECDSA_SHA_256']),
});

/** The key that may sign heads, as in deploy/iam. */
export const headKeyId = '5a7e11ed-0000-4000-8000-000000000001';
export const headKeyArn = keyArn(headKeyId);
/** A key of another spec. */
export const ellipticKeyArn: string = keyArn('e111e711-0000-4000-8000-000000000002');

function keyArn(id: string): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`;
}

interface SigningKey {
  readonly spec: 'ECC_NIST_EDWARDS25519' | 'ECC_NIST_P256';
  readonly algorithms: readonly z.infer<typeof SignInput>['SigningAlgorithm'][];
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

/** AWS KMS with two keys, which no call can read, change or delete. */
export class SigningKeys {
  private readonly keys: ReadonlyMap<string, SigningKey> = new Map([
    [
      headKeyArn,
      {
        spec: 'ECC_NIST_EDWARDS25519',
        algorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
        pair: generateKeyPairSync('ed25519'),
      },
    ],
    [
      ellipticKeyArn,
      {
        spec: 'ECC_NIST_P256',
        algorithms: ['ECDSA_SHA_256'],
        pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      },
    ],
  ]);

  operations(): Operations {
    return {
      GetPublicKey: reads((input) => this.publicKey(validated(GetPublicKeyInput, input).KeyId)),
      Sign: changes((input) => this.sign(validated(SignInput, input))),
    };
  }

  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html */
  private publicKey(arn: string): unknown {
    const { spec, algorithms, pair } = this.find(arn);
    return {
      KeyId: arn,
      KeySpec: spec,
      CustomerMasterKeySpec: spec,
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: algorithms,
      PublicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    };
  }

  /** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
  private sign({ KeyId: arn, Message, MessageType, SigningAlgorithm }: z.infer<typeof SignInput>): unknown {
    const { spec, algorithms, pair } = this.find(arn);
    if (!algorithms.includes(SigningAlgorithm))
      throw new AwsError(
        'InvalidKeyUsageException',
        `Algorithm ${SigningAlgorithm} is incompatible with key spec ${spec}.`,
      );
    // Ed25519 signs the message itself; only the algorithm PH takes a digest.
    if (SigningAlgorithm !== 'ED25519_SHA_512' || MessageType !== 'RAW')
      throw new AwsError(
        'ValidationException',
        `The sandbox does not sign with ${SigningAlgorithm} and message type ${MessageType}.`,
      );
    const Signature = sign(null, Buffer.from(Message, 'base64'), pair.privateKey).toString('base64');
    return { KeyId: arn, SigningAlgorithm, Signature };
  }

  private find(arn: string): SigningKey {
    const key = this.keys.get(arn);
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${arn}' does not exist`);
    return key;
  }
}
