import type { Path } from './verifiers.ts';

/** The path in dots, as people read it. Asked for every field of every record, most of which stand outermost. */
export function dotted(path: Path): string {
  const [outermost = ''] = path;
  return path.length === 1 ? outermost : path.join('.');
}

/** The value at a path of keys; undefined where a key is not there. */
export function at(record: unknown, path: Path): unknown {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // An object of JSON: any key may be asked for, and only its own ones are its data.
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
