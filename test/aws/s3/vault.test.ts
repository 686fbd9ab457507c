import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVault, type Intent, type VaultStore } from '../../../src/audit/vault.ts';
import { createAuditBucket } from '../../../src/aws/s3/audit-bucket.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';

const intent: Intent = {
  id: '00000000000000ab',
  incident: 'rl-1',
  step: 'resume',
  attempt: 1,
  hash: 'f'.repeat(64),
  request: { TrainingJobName: 'x', RoleArn: 'r' },
  approvers: [{ by: 'U1', at: 1 }],
};

describe('the audit vault', () => {
  let region: RegionUnderTest;
  let store: VaultStore;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    store = createAuditBucket(region.clients.s3, 'srl-rlvr-audit');
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  it('keeps the first write and tells a second writer whether it differs', async () => {
    expect(await store.putOnce('k1', 'one')).toBe('written');
    expect(await store.putOnce('k1', 'one')).toBe('same');
    expect(await store.putOnce('k1', 'two')).toBe('different');

    expect(await store.get('k1')).toBe('one');
    expect(await store.get('k0')).toBeUndefined();
  });

  it('has one winner when many write at once', async () => {
    const bodies = Array.from({ length: 10 }, (_, n) => `writer ${n}`);

    const outcomes = await Promise.all(bodies.map((body) => store.putOnce('race', body)));

    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'different')).toHaveLength(9);
    expect(await store.get('race')).toBe(bodies[outcomes.indexOf('written')]);
  });

  it('recognizes its own record when the response to the first write was lost', async () => {
    await region.disturb({ service: 's3', operation: 'PutObject', kind: 'drop-after', count: 1 });

    expect(await store.putOnce('lost', 'one')).toBe('same');
  });

  it('accepts the same intent twice, in any field order, and refuses a different one', async () => {
    const vault = createVault(store);

    await vault.writeIntent(intent);
    await vault.writeIntent({ ...intent, request: { RoleArn: 'r', TrainingJobName: 'x' } });
    const other = vault.writeIntent({ ...intent, hash: 'e'.repeat(64) });

    await expect(other).rejects.toMatchObject({ code: 'vault-mismatch', retry: false });
    expect(JSON.parse((await store.get(`intents/${intent.id}.json`)) ?? '')).toEqual(intent);
  });

  it('keeps a file once under the hash of its content, also when the first response was lost', async () => {
    const vault = createVault(store);
    const bytes = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 255]);
    await region.disturb({ service: 's3', operation: 'PutObject', kind: 'drop-after', count: 1 });

    await vault.writeFile('abc', 'image/png', bytes);
    await vault.writeFile('abc', 'image/png', bytes);

    const { Body: body, ContentType: type } = await region.clients.s3.send(
      new GetObjectCommand({ Bucket: 'srl-rlvr-audit', Key: 'files/abc' }),
    );
    expect(await body?.transformToByteArray()).toEqual(bytes);
    expect(type).toBe('image/png');
  });

  it('keeps the first result when a rerun reports a different one', async () => {
    const vault = createVault(store);

    await vault.writeResult('ab', { adopted: false });
    await vault.writeResult('ab', { adopted: true });

    expect(await store.get('results/ab.json')).toBe('{"adopted":false}');
  });
});
