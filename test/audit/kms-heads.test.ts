import type { KeyObject } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ellipticKeyArn, headKeyArn } from '../../sandbox/aws/signing-keys.ts';
import { createArchiving } from '../../src/app/audit/archiving.ts';
import { signHeads } from '../../src/app/audit/head-signing.ts';
import type { Core } from '../../src/app/core.ts';
import { createHeadSigner, type HeadKey } from '../../src/audit/archive/head-signer.ts';
import { createHeadWriter } from '../../src/audit/archive/head-writer.ts';
import { createProofChecks } from '../../src/audit/proofs.ts';
import { verifyArchive } from '../../src/audit/verify/verify-archive.ts';
import { createHeadKey } from '../../src/aws/audit/head-key.ts';
import { proofKeys } from '../support/proofs.ts';
import {
  type AnArchive,
  grow,
  linesInRedis,
  linesInVault,
  opened,
  reported,
  startArchive,
} from './an-archive.ts';
import { allKeys } from './archived-journals.ts';

const minute = 60_000;

describe('heads that a KMS key signs', () => {
  let archive: AnArchive;

  beforeAll(async () => {
    archive = await startArchive();
  });
  afterEach(async () => archive.region.calm());
  afterAll(async () => archive.close());

  const keyOf = (arn = headKeyArn): HeadKey => createHeadKey(archive.region.clients.kmsIn, arn);
  /** One round of a bot that signs with this key, or with RELIGHT_SIGNING_KEY. */
  const sign = async (core: Core, key?: HeadKey): Promise<void> => {
    archive.clock.at += minute;
    const heads = createHeadSigner(core.proofs, key);
    await signHeads(core, createHeadWriter({ ...core, store: archive.store, heads }));
  };
  const archived = async (id: string, key?: HeadKey): Promise<boolean | undefined> =>
    createArchiving(archive.process().core, archive.store, key)?.archive.archived(id);
  const headsOf = async (id: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const key of archive.store.keys(`heads/${id}/`)) keys.push(key.slice(-13, -5));
    return keys;
  };
  /** What KMS signed about this journal, from the ledger of the stand-in. */
  const signedByKms = async (id: string): Promise<readonly unknown[]> =>
    (await archive.region.committed('Sign')).flatMap(({ request: { Message, ...rest } }) => {
      const text = Buffer.from(String(Message), 'base64').toString();
      return text.includes(`"${id}"`) ? [{ ...rest, text }] : [];
    });
  /** What `relight audit verify` finds about this journal with these keys for heads. */
  const findings = async (id: string, headVerify: readonly KeyObject[]): Promise<readonly string[]> => {
    const proofs = createProofChecks({ ...proofKeys, headVerify });
    const keys = { ...allKeys, proofs };
    const report = await verifyArchive({ ...archive, keys, redis: undefined });
    return report.findings.filter(({ where }) => where === id).map(({ kind }) => kind);
  };

  it('are signed by KMS and not by the local key, over exactly the bytes that every head is signed over', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-kms')]);
    await grow(core, 'rl-kms', 2);
    await archiving.archiver.sweep();
    await sign(core, keyOf());

    const { hash = '' } = JSON.parse((await linesInRedis(archive.redis, 'rl-kms')).at(-1) ?? '{}') as {
      hash?: string;
    };
    const { lines } = JSON.parse((await archive.store.get('heads/rl-kms/00000002.json')) ?? '{}') as {
      lines: string;
    };
    expect(await signedByKms('rl-kms')).toEqual([
      {
        KeyId: headKeyArn,
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
        text: `["relight",1,"head","rl-kms","2","${hash}","${lines}","${archive.clock.at}"]`,
      },
    ]);
    expect(await findings('rl-kms', [await keyOf().publicKey()])).toEqual([]);
    expect(await findings('rl-kms', [])).toEqual(['head']);
    expect(await archived('rl-kms', keyOf())).toBe(true);
    expect(await archived('rl-kms')).toBe(false);
  });

  it('and heads of the local key are each accepted after a switch to KMS and back', async () => {
    const { core, archiving } = archive.process();
    const back = {
      ...core,
      proofs: {
        ...core.proofs,
        ...createProofChecks({ ...proofKeys, headVerify: [await keyOf().publicKey()] }),
      },
    };
    await core.store.open([opened('rl-switch')]);
    const steps = [
      [core, undefined],
      [core, keyOf()],
      [back, undefined],
    ] as const;
    for (const [by, key] of steps) {
      await grow(core, 'rl-switch', 1);
      await archiving.archiver.sweep();
      await sign(by, key);
    }

    expect(await headsOf('rl-switch')).toEqual(['00000001', '00000002', '00000003']);
    expect(await signedByKms('rl-switch')).toHaveLength(1);
    expect(await findings('rl-switch', [await keyOf().publicKey()])).toEqual([]);
    expect((await reported(core)).filter((one) => one.startsWith('rl-switch'))).toEqual([]);
  });

  it.each(['access-denied', 'throttle', 'error-5xx', 'drop-before'] as const)(
    'come later while KMS answers with %s: the journal is archived meanwhile, and no entry is lost',
    async (kind) => {
      const id = `rl-${kind}`;
      const { core, archiving } = archive.process();
      const key = keyOf();
      await archive.region.disturb({ service: 'kms', operation: 'Sign', kind, count: 1_000 });
      await core.store.open([opened(id)]);
      await archiving.archiver.sweep();
      await expect(sign(core, key)).rejects.toMatchObject({
        detail: expect.stringContaining(`Sign ${headKeyArn}`),
      });
      await grow(core, id, 3);
      await archiving.archiver.sweep();
      await expect(sign(core, key)).rejects.toMatchObject({
        code:
          { 'access-denied': 'aws-denied', throttle: 'aws-throttled' }[kind as string] ?? 'aws-unavailable',
      });

      expect(await linesInVault(archive.store, id)).toEqual(await linesInRedis(archive.redis, id));
      expect(await headsOf(id)).toEqual([]);
      await archive.region.calm();
      await sign(core, key);
      expect(await headsOf(id)).toEqual(['00000003']);
      expect(await archived(id, key)).toBe(true);
      expect(await core.waitingJournals.unsigned(10)).toEqual([]);
    },
  );

  it('of the local key are read while KMS does not tell its public key', async () => {
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-local')]);
    await archiving.archiver.sweep();
    await sign(core);
    await archive.region.disturb({
      service: 'kms',
      operation: 'GetPublicKey',
      kind: 'error-5xx',
      count: 1_000,
    });

    expect(await archived('rl-local', keyOf())).toBe(true);
  });

  it('are refused with one line that names the spec if the key is of another one', async () => {
    await expect(keyOf(ellipticKeyArn).publicKey()).rejects.toMatchObject({
      code: 'config-invalid',
      detail: `RELIGHT_HEAD_KEY_ARN names ${ellipticKeyArn}, which has the spec ECC_NIST_P256 and the usage SIGN_VERIFY; heads need a key of spec ECC_NIST_EDWARDS25519 and usage SIGN_VERIFY`,
    });
    const { core, archiving } = archive.process();
    await core.store.open([opened('rl-elliptic')]);
    await archiving.archiver.sweep();
    await expect(sign(core, keyOf(ellipticKeyArn))).rejects.toMatchObject({ code: 'config-invalid' });

    expect(await headsOf('rl-elliptic')).toEqual([]);
    expect(await signedByKms('rl-elliptic')).toEqual([]);
    await sign(core, keyOf());
  });
});
