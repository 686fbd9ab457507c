import { createHmac, hkdfSync } from 'node:crypto';
import { sealed } from './redaction.ts';
import type { Replacement } from './secret-shapes.ts';
import { secretsInValue } from './secrets-in-value.ts';

/**
 * Removes the secrets from a request or a step result, and restores them when they are needed.
 *
 * An HMAC replaces each secret. Its key is derived from a secret of this installation that is stored in neither Redis
 * nor the vault, so that no one who reads those can guess a short secret from a word list. The hash also covers the
 * incident: the same secret has a different hash in every incident.
 */
export interface Sealer {
  readonly seal: <T>(value: T, incident: string) => T;
  /** Replaces every hash in `value` with its secret from `sources`; `missing`: the fields whose secret was not found. */
  readonly open: <T>(
    value: T,
    incident: string,
    sources: readonly unknown[],
  ) => { readonly value: T; readonly missing: readonly string[] };
}

/** A secret may contain another one that was found first. Restores them up to this depth. */
const maxDepth = 8;

export function createSealer(installationSecret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', installationSecret, '', 'relight sealed values', 32));
  const hashOf = (secret: string, incident: string): string =>
    `[redacted:${createHmac('sha256', key).update(`${incident}\0${secret}`).digest('hex')}]`;
  return {
    seal: (value, incident) => inRounds(value, (secret) => hashOf(secret, incident)),
    open: (value, incident, sources) => {
      const known = new Map<string, string>();
      const note = (secret: string): string => {
        const hash = hashOf(secret, incident);
        known.set(hash, secret);
        return hash;
      };
      for (const source of sources) inRounds(source, note);
      const missing: string[] = [];
      const filled = (text: string, path: string): string => {
        let present = text;
        for (let depth = 0; depth < maxDepth && present.search(sealed) !== -1; depth += 1)
          present = present.replace(sealed, (hash) => known.get(hash) ?? hash);
        if (present.search(sealed) !== -1) missing.push(path);
        return present;
      };
      // Only texts inside `value` are replaced, so its type stays.
      return { value: everyField(value, '', filled) as typeof value, missing };
    },
  };
}

/** Two rounds: some secrets are recognized only after the one next to them is replaced. */
function inRounds<T>(value: T, by: Replacement): T {
  return secretsInValue(secretsInValue(value, by), by);
}

/** Whether `value` contains hashes to restore. */
export function isSealed(value: unknown): boolean {
  return (JSON.stringify(value) ?? '').search(sealed) !== -1;
}

/** Changes every text of a JSON value, including the keys, given the path to it. */
function everyField(value: unknown, path: string, change: (text: string, path: string) => string): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((item, index) => everyField(item, `${path}.${index}`, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      change(key, path),
      everyField(one, path === '' ? key : `${path}.${key}`, change),
    ]),
  );
}
