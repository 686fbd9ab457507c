import { createHmac, hkdfSync } from 'node:crypto';
import { sealed } from './redaction.ts';
import type { Replacement } from './secret-shapes.ts';
import { secretsInValue } from './secrets-in-value.ts';

/**
 * Keeps a request, or the result of a step, without the secrets in it and fills them in again when they are needed.
 *
 * In place of each secret stands an HMAC of it. The key comes from a secret of this installation that is stored neither
 * in Redis nor in the vault, so nobody who reads those can find a short secret by trying words. The hash covers the
 * incident as well: the same secret has another hash in another incident.
 */
export interface Sealer {
  readonly seal: <T>(value: T, incident: string) => T;
  /** Every hash in `value` gets its secret back from `sources`; `missing` are the fields of those that are not there. */
  readonly open: <T>(
    value: T,
    incident: string,
    sources: readonly unknown[],
  ) => { readonly value: T; readonly missing: readonly string[] };
}

/** A secret may hold another one that was found first: so deep they are filled in. */
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
      return { value: filled(value, '', known, missing) as typeof value, missing };
    },
  };
}

/** Twice: what stands beside a secret may be recognized only once that one is gone. */
function inRounds<T>(value: T, by: Replacement): T {
  return secretsInValue(secretsInValue(value, by), by);
}

/** Whether there is anything to fill in. */
export function isSealed(value: unknown): boolean {
  return (JSON.stringify(value) ?? '').search(sealed) !== -1;
}

function filled(
  value: unknown,
  path: string,
  known: ReadonlyMap<string, string>,
  missing: string[],
): unknown {
  if (typeof value === 'string') return filledText(value, path, known, missing);
  if (Array.isArray(value))
    return value.map((item, index) => filled(item, `${path}.${index}`, known, missing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      filledText(key, path, known, missing),
      filled(one, path === '' ? key : `${path}.${key}`, known, missing),
    ]),
  );
}

function filledText(
  text: string,
  path: string,
  known: ReadonlyMap<string, string>,
  missing: string[],
): string {
  let present = text;
  for (let depth = 0; depth < maxDepth && present.search(sealed) !== -1; depth += 1)
    present = present.replace(sealed, (hash) => known.get(hash) ?? hash);
  if (present.search(sealed) !== -1) missing.push(path);
  return present;
}
