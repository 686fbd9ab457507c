import { OpsError } from '../errors.ts';
import { canonical } from '../ports/canonical.ts';

/** A place where a key is written once and never again; `src/aws` implements it over S3. */
export interface VaultStore {
  /** `same`: the key already held exactly this body; `different`: it holds another one, which stays. */
  readonly putOnce: (key: string, body: string) => Promise<'written' | 'same' | 'different'>;
  readonly get: (key: string) => Promise<string | undefined>;
  /** For keys that say what they hold: whatever stands there already is the same. */
  readonly putFile: (key: string, type: string, bytes: Uint8Array) => Promise<void>;
}

/**
 * What is about to be done, by whose word. Only facts of the journal, no time of writing: the rerun after a crash
 * must give the same bytes.
 */
export interface Intent {
  readonly id: string;
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  /** SHA-256 of `request`, together with `reliesOn` where that holds anything. */
  readonly hash: string;
  /** With a keyed hash in place of each secret. */
  readonly request: unknown;
  /** What the request relies on, as it was approved. */
  readonly reliesOn?: unknown;
  readonly approvers: readonly { readonly by: string; readonly at: number }[];
}

/** The record of changes outside Redis: the intent before the effect, the result after it. */
export interface Vault {
  /**
   * Durable when it returns; throws `vault-mismatch` when another intent stands under this id. `earlierForm`: as an
   * earlier version of Relight may have written the same intent.
   */
  readonly writeIntent: (intent: Intent, earlierForm?: Intent) => Promise<void>;
  readonly writeResult: (id: string, result: unknown) => Promise<void>;
  /** A file that a step showed, under the hash of its content. */
  readonly writeFile: (sha256: string, type: string, bytes: Uint8Array) => Promise<void>;
}

export function createVault(store: VaultStore): Vault {
  return {
    writeIntent: async (intent, earlierForm = intent) => {
      const key = `intents/${intent.id}.json`;
      if ((await store.putOnce(key, canonical(intent))) !== 'different') return;
      if ((await store.get(key)) !== canonical(earlierForm)) throw new OpsError('vault-mismatch', key);
    },
    // The first result stands: a rerun after a crash tells the same launch as one that it adopted.
    writeResult: async (id, result) => {
      await store.putOnce(`results/${id}.json`, canonical(result));
    },
    writeFile: async (sha256, type, bytes) => store.putFile(`files/${sha256}`, type, bytes),
  };
}
