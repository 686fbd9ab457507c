import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/environment.ts';
import { newKeys } from '../../../src/config/keys/new-keys.ts';
import { availableKeys, keysIn, missingKeys } from '../../../src/config/keys/proof-keys.ts';
import { goodEnvironment } from '../../support/run-relight.ts';

const { REDIS_PASSWORD: _, ...keys } = newKeys();
const others = newKeys();
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const der = (key: { readonly export: (how: { format: 'der'; type: 'spki' }) => Buffer }): string =>
  key.export({ format: 'der', type: 'spki' }).toString('base64');
const headKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/5a7e11ed-0000-4000-8000-000000000001';
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('the keys in the environment', () => {
  it('are read as they were printed', () => {
    const { journal, signing, verify } = keysIn(keys);

    expect(journal.map((key) => key.export().toString('base64'))).toEqual([keys.RELIGHT_JOURNAL_KEY]);
    expect(signing && der(createPublicKey(signing))).toBe(keys.RELIGHT_VERIFY_KEY);
    expect(verify.map(der)).toEqual([keys.RELIGHT_VERIFY_KEY, keys.RELIGHT_VERIFY_KEY]);
  });

  it('may be several while they are replaced, and the first journal key is used', () => {
    const { journal, verify } = keysIn({
      RELIGHT_JOURNAL_KEY: `${others.RELIGHT_JOURNAL_KEY} , ${keys.RELIGHT_JOURNAL_KEY}`,
      RELIGHT_VERIFY_KEY: `${others.RELIGHT_VERIFY_KEY},${keys.RELIGHT_VERIFY_KEY}`,
    });

    expect(journal.map((key) => key.export().toString('base64'))).toEqual([
      others.RELIGHT_JOURNAL_KEY,
      keys.RELIGHT_JOURNAL_KEY,
    ]);
    expect(verify.map(der)).toEqual([others.RELIGHT_VERIFY_KEY, keys.RELIGHT_VERIFY_KEY]);
  });

  it('of a worker have no signing key, and of a bot its own public key too', () => {
    const { RELIGHT_SIGNING_KEY: _signing, ...worker } = keys;
    const { RELIGHT_VERIFY_KEY: _verify, ...bot } = keys;

    expect(keysIn(worker).signing).toBeUndefined();
    expect(keysIn(worker).verify.map(der)).toEqual([keys.RELIGHT_VERIFY_KEY]);
    expect(keysIn(bot).verify.map(der)).toEqual([keys.RELIGHT_VERIFY_KEY]);
  });

  it.each([
    [
      'journal key that could be guessed',
      { RELIGHT_JOURNAL_KEY: base64('a'.repeat(31)) },
      'must be at least 32 bytes',
    ],
    [
      'journal key list with an empty entry',
      { RELIGHT_JOURNAL_KEY: `${keys.RELIGHT_JOURNAL_KEY},` },
      'must be at least',
    ],
    [
      'signing key that is a public key',
      { RELIGHT_SIGNING_KEY: keys.RELIGHT_VERIFY_KEY },
      'must be one Ed25519 private key',
    ],
    [
      'public key that is a private key',
      { RELIGHT_VERIFY_KEY: keys.RELIGHT_SIGNING_KEY },
      'must be Ed25519 public keys',
    ],
    [
      'public key of another algorithm',
      { RELIGHT_VERIFY_KEY: der(elliptic.publicKey) },
      'must be Ed25519 public keys',
    ],
    [
      'signing key of another algorithm',
      {
        RELIGHT_SIGNING_KEY: elliptic.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      },
      'must be one Ed25519 private key',
    ],
    [
      'key for heads of another algorithm',
      { RELIGHT_HEAD_VERIFY_KEY: der(elliptic.publicKey) },
      'must be the Ed25519 public keys of KMS keys',
    ],
    [
      'KMS key by its alias, which somebody could point to another key',
      { RELIGHT_HEAD_KEY_ARN: 'arn:aws:kms:us-east-1:123456789012:alias/heads' },
      'must be the ARN of a KMS key',
    ],
  ])('are refused with a %s', (_name, changes, why) => {
    expect(() => keysIn({ ...keys, ...changes })).toThrow(why);
  });

  it('for heads only are not among those for decisions', () => {
    const { verify, headVerify } = keysIn({ ...keys, RELIGHT_HEAD_VERIFY_KEY: others.RELIGHT_VERIFY_KEY });

    expect(headVerify.map(der)).toEqual([others.RELIGHT_VERIFY_KEY]);
    expect(verify.map(der)).toEqual([keys.RELIGHT_VERIFY_KEY, keys.RELIGHT_VERIFY_KEY]);
  });

  it.each([
    ['as it is', (key: string) => key],
    ['among others', (key: string) => `${others.RELIGHT_VERIFY_KEY}, ${key}`],
    ['in the base64 of URLs', (key: string) => Buffer.from(key, 'base64').toString('base64url')],
    ['without the padding', (key: string) => key.replace(/=+$/, '')],
  ])('for heads are refused if decisions accept one of them, %s', (_how, written) => {
    const problemsWith = (heads: string): readonly string[] => {
      const checked = checkConfig({ ...goodEnvironment, ...keys, RELIGHT_HEAD_VERIFY_KEY: heads });
      return 'problems' in checked ? checked.problems : [];
    };

    expect(problemsWith(others.RELIGHT_VERIFY_KEY)).toEqual([]);
    expect(problemsWith(written(keys.RELIGHT_VERIFY_KEY))).toEqual([
      expect.stringMatching(/^RELIGHT_HEAD_VERIFY_KEY has a key that RELIGHT_VERIFY_KEY has too: keep/),
    ]);
  });

  it('are refused without a journal key', () => {
    const { RELIGHT_JOURNAL_KEY: _journal, ...rest } = keys;

    expect(() => keysIn(rest)).toThrow('is required: 32 random bytes in base64');
  });

  it('take a journal key of 32 bytes', () => {
    expect(keysIn({ ...keys, RELIGHT_JOURNAL_KEY: base64('a'.repeat(32)) }).journal).toHaveLength(1);
  });
});

describe('the keys of a command that checks as much as they allow', () => {
  it('are those that are set', () => {
    const none = { journal: [], verify: [], headVerify: [], headKeyArn: undefined };
    expect(availableKeys({})).toEqual(none);
    expect(availableKeys({ RELIGHT_JOURNAL_KEY: '', PATH: '/bin' })).toEqual(none);
    expect(availableKeys({ RELIGHT_JOURNAL_KEY: keys.RELIGHT_JOURNAL_KEY }).journal).toHaveLength(1);
    expect(availableKeys({ RELIGHT_SIGNING_KEY: keys.RELIGHT_SIGNING_KEY }).verify.map(der)).toEqual([
      keys.RELIGHT_VERIFY_KEY,
    ]);
    expect(
      availableKeys({
        RELIGHT_SIGNING_KEY: keys.RELIGHT_SIGNING_KEY,
        RELIGHT_VERIFY_KEY: others.RELIGHT_VERIFY_KEY,
      }).verify.map(der),
    ).toEqual([keys.RELIGHT_VERIFY_KEY, others.RELIGHT_VERIFY_KEY]);
    expect(availableKeys({ RELIGHT_HEAD_KEY_ARN: headKeyArn })).toEqual({ ...none, headKeyArn });
    expect(availableKeys({ RELIGHT_HEAD_VERIFY_KEY: others.RELIGHT_VERIFY_KEY }).headVerify.map(der)).toEqual(
      [others.RELIGHT_VERIFY_KEY],
    );
  });

  it('are named if one is not valid', () => {
    expect(() => availableKeys({ RELIGHT_JOURNAL_KEY: 'short', RELIGHT_VERIFY_KEY: 'short' })).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        detail: expect.stringMatching(
          /^RELIGHT_JOURNAL_KEY must be at least .*; RELIGHT_VERIFY_KEY must be /,
        ) as string,
      }) as Error,
    );
  });
});

describe('the keys that a role lacks', () => {
  const signing = { RELIGHT_SIGNING_KEY: 'any' };
  const verify = { RELIGHT_VERIFY_KEY: 'any' };

  it.each([
    ['bot', { RELIGHT_ROLE: 'bot' }, 'RELIGHT_SIGNING_KEY'],
    ['bot', { RELIGHT_ROLE: 'bot', ...verify }, 'RELIGHT_SIGNING_KEY'],
    ['process without a role', {}, 'RELIGHT_SIGNING_KEY'],
    ['worker', { RELIGHT_ROLE: 'worker' }, 'RELIGHT_VERIFY_KEY'],
  ])('are named for a %s', (_role, variables, name) => {
    expect(missingKeys(variables)).toEqual([expect.stringMatching(new RegExp(`^${name} is required`))]);
  });

  it.each([
    ['bot', { RELIGHT_ROLE: 'bot', ...signing }],
    ['process without a role', signing],
    ['worker', { RELIGHT_ROLE: 'worker', ...verify }],
    ['worker', { RELIGHT_ROLE: 'worker', ...signing }],
  ])('are none for a %s that has them', (_role, variables) => {
    expect(missingKeys(variables)).toEqual([]);
  });
});
