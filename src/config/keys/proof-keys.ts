import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { ProofKeys } from '../../audit/proofs.ts';
import { OpsError } from '../../errors.ts';

/** A journal key shorter than this could be guessed. */
const minBytes = 32;

const howTo = '`relight keys` prints new ones';

/** Values separated by commas, each the base64 form of a key. */
function list<Key>(read: (bytes: Buffer) => Key, problem: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((one) => keyIn(one.trim(), read)))
    .refine((keys) => keys.every((key) => key !== undefined), problem)
    .transform((keys) => keys.filter((key) => key !== undefined));
}

function keyIn<Key>(text: string, read: (bytes: Buffer) => Key): Key | undefined {
  try {
    return read(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/** The keys in the environment: https://nodejs.org/api/crypto.html#class-keyobject */
export const keyVariables = {
  RELIGHT_JOURNAL_KEY: z
    .string({ error: `is required: 32 random bytes in base64, the same for every process; ${howTo}` })
    .pipe(list(secretKey, `must be at least ${minBytes} bytes in base64; ${howTo}`)),
  RELIGHT_SIGNING_KEY: list(
    privateKey,
    `must be one Ed25519 private key (PKCS #8 in base64); ${howTo}`,
  ).optional(),
  RELIGHT_VERIFY_KEY: list(
    publicKey,
    `must be Ed25519 public keys (SPKI in base64), separated by commas; ${howTo}`,
  ).optional(),
  RELIGHT_HEAD_KEY_ARN: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/,
      'must be the ARN of a KMS key (not of an alias), such as arn:aws:kms:us-east-1:123456789012:key/0f6c1c3e-2d6a-4e53-9d5c-1a2b3c4d5e6f',
    )
    .optional(),
  RELIGHT_HEAD_VERIFY_KEY: list(
    publicKey,
    'must be the Ed25519 public keys of KMS keys that signed heads (SPKI in base64), separated by commas; `aws kms get-public-key` prints one',
  ).optional(),
  RELIGHT_ACCEPT_UNPROVEN_UNTIL: z.iso
    .datetime({ error: 'must be a time such as 2026-12-01T06:00:00Z' })
    .transform((text) => Date.parse(text))
    .optional(),
} as const;

const KeyVariables = z.object(keyVariables);

/** Throws if a key is missing or not valid. */
export function keysIn(variables: Readonly<Record<string, string>>): ProofKeys {
  return proofKeysIn(KeyVariables.parse(variables));
}

/** The keys of a command. None of them is needed. */
interface AvailableKeys extends Pick<ProofKeys, 'verify' | 'headVerify'> {
  readonly journal: readonly KeyObject[];
  /** RELIGHT_HEAD_KEY_ARN. */
  readonly headKeyArn: string | undefined;
}

/** The keys that are set, for a command that checks as much as they allow. Throws `config-invalid`. */
export function availableKeys(variables: Readonly<Record<string, string | undefined>>): AvailableKeys {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const read = KeyVariables.partial().safeParse(set);
  if (!read.success)
    throw new OpsError(
      'config-invalid',
      read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '),
    );
  const {
    RELIGHT_JOURNAL_KEY: journal = [],
    RELIGHT_SIGNING_KEY: signing = [],
    RELIGHT_VERIFY_KEY: verify = [],
    RELIGHT_HEAD_VERIFY_KEY: headVerify = [],
    RELIGHT_HEAD_KEY_ARN: headKeyArn,
  } = read.data;
  const own = signing.map((key) => createPublicKey(key));
  return { journal, verify: [...own, ...verify], headVerify, headKeyArn };
}

/** Keys that the role needs and the environment lacks. */
export function missingKeys(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  const signs = variables['RELIGHT_SIGNING_KEY'] !== undefined;
  const role = variables['RELIGHT_ROLE'];
  if (role !== 'worker' && !signs)
    return [`RELIGHT_SIGNING_KEY is required: it signs the decisions of people; ${howTo}`];
  if (!signs && variables['RELIGHT_VERIFY_KEY'] === undefined)
    return [
      'RELIGHT_VERIFY_KEY is required: the public key of the bot, which `relight keys` prints with RELIGHT_SIGNING_KEY',
    ];
  return [];
}

/** A key for heads that is also one for decisions: with it, whoever may have AWS KMS sign could approve changes. */
export function keysInBoth({
  RELIGHT_VERIFY_KEY: decisions = [],
  RELIGHT_HEAD_VERIFY_KEY: heads = [],
}: Pick<z.infer<typeof KeyVariables>, 'RELIGHT_VERIFY_KEY' | 'RELIGHT_HEAD_VERIFY_KEY'>): readonly string[] {
  if (!heads.some((key) => decisions.some((other) => key.equals(other)))) return [];
  return [
    'RELIGHT_HEAD_VERIFY_KEY has a key that RELIGHT_VERIFY_KEY has too: keep the public key of a KMS key in the first only, and that of a bot in the second only, which also checks its heads',
  ];
}

/** The public key of a process's own signing key needs no configuration. */
export function proofKeysIn(variables: z.infer<typeof KeyVariables>): ProofKeys {
  const {
    RELIGHT_JOURNAL_KEY: [current, ...earlier],
    RELIGHT_SIGNING_KEY: [signing] = [],
    RELIGHT_VERIFY_KEY: others = [],
    RELIGHT_HEAD_VERIFY_KEY: headVerify = [],
  } = variables;
  // The schema refuses an empty list.
  if (current === undefined) throw new OpsError('config-invalid', 'RELIGHT_JOURNAL_KEY is required');
  const own = signing === undefined ? [] : [createPublicKey(signing)];
  return { journal: [current, ...earlier], signing, verify: [...own, ...others], headVerify };
}

function secretKey(bytes: Buffer): KeyObject {
  if (bytes.length < minBytes) throw new Error('too short');
  return createSecretKey(bytes);
}

function privateKey(bytes: Buffer): KeyObject {
  return ofEd25519(createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }));
}

function publicKey(bytes: Buffer): KeyObject {
  return ofEd25519(createPublicKey({ key: bytes, format: 'der', type: 'spki' }));
}

function ofEd25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('another algorithm');
  return key;
}
