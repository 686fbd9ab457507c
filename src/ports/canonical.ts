import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import { OpsError } from '../errors.ts';

// The package's types declare an ES default export; its code is CommonJS, so under Node the import is the function itself.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** RFC 8785 canonical JSON: equal values always produce equal bytes. Throws `unexpected` if JSON cannot hold the value. */
export function canonical(value: unknown): string {
  const json = canonicalize(value);
  if (json === undefined) throw new OpsError('unexpected', 'a value without a JSON form cannot be hashed');
  return json;
}

/** SHA-256 of the canonical JSON, 64 hexadecimal digits: how requests and renders are identified. */
export function sha256(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}
