import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createVault, type Intent, type Vault, type VaultStore } from '../../src/audit/vault.ts';
import { memoryStore } from './memory-store.ts';

const intent: Intent = {
  id: 'ab',
  incident: 'rl-1',
  step: 'resumed',
  attempt: 1,
  hash: 'h',
  request: { TrainingJobName: 'job-2' },
  approvers: [{ by: 'U0LEAD', at: 1 }],
};
const stored =
  '{"approvers":[{"at":1,"by":"U0LEAD"}],"attempt":1,"hash":"h","id":"ab","incident":"rl-1","request":{"TrainingJobName":"job-2"},"step":"resumed"}';

describe('the record of a change in the vault', () => {
  let objects: Map<string, string>;
  let files: unknown[];
  let vault: Vault;

  beforeEach(() => {
    [objects, files] = [new Map(), []];
    const store: VaultStore = { ...memoryStore(objects), putFile: async (...file) => void files.push(file) };
    vault = createVault(store);
  });

  it('begins with the intent, which a rerun writes again byte for byte', async () => {
    await vault.writeIntent(intent);
    await vault.writeIntent(intent);

    expect([...objects]).toEqual([['intents/ab.json', stored]]);
  });

  it('keeps the first approvers if the same request was approved again', async () => {
    await vault.writeIntent(intent);
    await vault.writeIntent({ ...intent, approvers: [{ by: 'U0OTHER', at: 9 }] });

    expect([...objects.values()]).toEqual([stored]);
  });

  it.each([
    ['request', { request: { TrainingJobName: 'job-3' } }],
    ['hash', { hash: 'other' }],
    ['attempt', { attempt: 2 }],
    ['basis', { reliesOn: [] }],
  ])('refuses an intent with another %s under the same id', async (_, changes) => {
    await vault.writeIntent(intent);

    await expect(vault.writeIntent({ ...intent, ...changes })).rejects.toMatchObject({
      code: 'vault-mismatch',
      detail: 'intents/ab.json',
    });
    expect([...objects.values()]).toEqual([stored]);
  });

  it('takes an intent that an earlier version wrote in its own form', async () => {
    const earlier = { ...intent, request: { TrainingJobName: 'with a secret' } };
    await vault.writeIntent(earlier);

    await vault.writeIntent(intent, earlier);
    await expect(vault.writeIntent(intent, { ...earlier, hash: 'other' })).rejects.toMatchObject({
      code: 'vault-mismatch',
    });
  });

  it('refuses an intent where something else stands, or where nothing can be read', async () => {
    objects.set('intents/ab.json', '"text"');
    await expect(vault.writeIntent(intent)).rejects.toMatchObject({ code: 'vault-mismatch' });

    const gone = createVault({ ...memoryStore(), putOnce: async () => 'different' });
    await expect(gone.writeIntent(intent)).rejects.toMatchObject({ code: 'vault-mismatch' });
  });

  it('keeps the first result', async () => {
    await vault.writeResult('ab', { adopted: false });
    await vault.writeResult('ab', { adopted: true });

    expect([...objects]).toEqual([['results/ab.json', '{"adopted":false}']]);
  });

  it('has dead letters by their day, under the hash of their id', async () => {
    await vault.writeDeadLetter('id', Date.parse('2026-11-23T23:59:59Z'), { a: 1 });

    const name = createHash('sha256').update('id').digest('hex');
    expect([...objects]).toEqual([[`dead-letters/2026-11-23/${name}.json`, '{"a":1}']]);
  });

  it('has files under the hash of their content', async () => {
    const bytes = new Uint8Array([1]);
    await vault.writeFile('abc', 'image/png', bytes);

    expect(files).toEqual([['files/abc', 'image/png', bytes]]);
  });
});
