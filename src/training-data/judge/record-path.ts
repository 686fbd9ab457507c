import type { Path } from './verifiers.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The dotted path that people read. Optimized for top-level fields, because it runs for every field. */
export function dotted(path: Path): string {
  const [outermost = ''] = path;
  return path.length === 1 ? outermost : path.join('.');
}

/** The value at a path of keys, or undefined if a key is missing. */
export function at(record: unknown, path: Path): unknown {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // Any key may be requested, but only the own keys of a JSON object are data.
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
