import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { canonical } from '../ports/canonical.ts';

/** Write-once storage. */
export interface VaultStore {
  /** `same`: the key already has exactly this body; `different`: it has another one, which is kept. */
  readonly putOnce: (key: string, body: string, type?: string) => Promise<'written' | 'same' | 'different'>;
  readonly get: (key: string) => Promise<string | undefined>;
  /** All keys with this prefix, sorted, read page by page; those after the key `after` only. */
  readonly keys: (prefix: string, after?: string) => AsyncIterable<string>;
  /** The names of the folders directly under the prefix, which ends with `/`. */
  readonly folders: (prefix: string) => AsyncIterable<string>;
  /** For content-addressed keys: an existing object is the same by definition. */
  readonly putFile: (key: string, type: string, bytes: Uint8Array) => Promise<void>;
}

/**
 * An approved change that is about to run, and its approvers. Contains only facts from the journal and no time of
 * writing: a rerun after a crash must produce the same bytes.
 */
export interface Intent {
  readonly id: string;
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  /** SHA-256 of `request`, combined with `reliesOn` if that is not empty. */
  readonly hash: string;
  /** The request, with a keyed hash instead of each secret. */
  readonly request: unknown;
  /** The facts that the request relies on, as approved. */
  readonly reliesOn?: unknown;
  readonly approvers: readonly { readonly by: string; readonly at: number }[];
}

/** The record of changes outside Redis: the intent before a change, and the result after it. */
export interface Vault {
  /**
   * Durable when it returns. Throws `vault-mismatch` if an intent for another request exists under this id. `earlierForm`: the
   * same intent as an earlier version of Relight may have written it.
   */
  readonly writeIntent: (intent: Intent, earlierForm?: Intent) => Promise<void>;
  readonly writeResult: (id: string, result: unknown) => Promise<void>;
  /** An alarm message that could not be used and that Redis has no more room for. */
  readonly writeDeadLetter: (id: string, at: number, letter: unknown) => Promise<void>;
  /** A file that a step posted, under the hash of its content. */
  readonly writeFile: (sha256: string, type: string, bytes: Uint8Array) => Promise<void>;
}

/**
 * What makes two intents the same. If Redis loses an approval, the same request is approved again, by somebody else or at
 * another time: that is no other intent. The stored one keeps the first approvers, and the journal has the later ones.
 */
function identityOf(intent: unknown): string {
  const { approvers: _approvers, ...rest } = z.looseObject({}).catch({}).parse(intent);
  return canonical(rest);
}

export function createVault(store: VaultStore): Vault {
  return {
    writeIntent: async (intent, earlierForm = intent) => {
      const key = `intents/${intent.id}.json`;
      if ((await store.putOnce(key, canonical(intent))) !== 'different') return;
      const stored = identityOf(JSON.parse((await store.get(key)) ?? 'null'));
      if (![intent, earlierForm].some((one) => identityOf(one) === stored))
        throw new OpsError('vault-mismatch', key);
    },
    // The first result is kept: a rerun after a crash reports the same launch as adopted.
    writeResult: async (id, result) => void (await store.putOnce(`results/${id}.json`, canonical(result))),
    writeDeadLetter: async (id, at, letter) => {
      const day = new Date(at).toISOString().slice(0, 10);
      await store.putOnce(
        `dead-letters/${day}/${createHash('sha256').update(id).digest('hex')}.json`,
        canonical(letter),
      );
    },
    writeFile: async (sha256, type, bytes) => store.putFile(`files/${sha256}`, type, bytes),
  };
}
