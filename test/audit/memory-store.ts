import type { VaultStore } from '../../src/audit/vault.ts';

/** A vault in memory, which a test may change as somebody with access to the bucket could. */
export function memoryStore(objects: Map<string, string> = new Map()): VaultStore {
  return {
    putOnce: async (key, body) => {
      const existing = objects.get(key);
      if (existing !== undefined) return existing === body ? 'same' : 'different';
      objects.set(key, body);
      return 'written';
    },
    get: async (key) => objects.get(key),
    async *keys(prefix, after = '') {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    },
    async *folders(prefix) {
      const names = [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length));
      yield* [...new Set(names.map((name) => name.split('/')[0] ?? ''))].toSorted();
    },
    putFile: async () => undefined,
  };
}
