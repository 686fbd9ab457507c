import { randomUUID } from 'node:crypto';
import type { Difference } from './outcome.ts';
import type { Json, JsonObject } from './ports.ts';
import { redactSides } from './secrets/redaction.ts';
import { createSealer } from './secrets/seal.ts';

type Value = Json | undefined;

/**
 * Every field that is not the same on both sides, by its dotted path; tags by their key, other lists by position.
 * Of secrets it tells that they change, not what they are.
 */
export function difference(before: JsonObject, after: JsonObject): Difference[] {
  // Sealed first: that an item of a command line is a secret shows only beside the option before it.
  const { seal } = createSealer(randomUUID());
  return compare('', seal(before, ''), seal(after, ''));
}

function compare(field: string, before: Value, after: Value): Difference[] {
  const [left, right] = [children(before), children(after)];
  const branches = (left ?? right) !== undefined && comparable(before, left) && comparable(after, right);
  if (!branches) return leaf(field, before, after);
  const keys = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])];
  return keys.flatMap((key) =>
    compare(field === '' ? key : `${field}.${key}`, left?.get(key), right?.get(key)),
  );
}

/** A side is walked into when it has children, or is not there at all: then each child is new, or gone. */
function comparable(value: Value, inside: ReadonlyMap<string, Json> | undefined): boolean {
  return value === undefined || inside !== undefined;
}

function leaf(field: string, before: Value, after: Value): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [left, right] = [text(before), text(after)];
  const sides = {
    ...(left !== undefined && { before: left }),
    ...(right !== undefined && { after: right }),
  };
  return [{ field, ...redactSides(field, sides) }];
}

function text(value: Value): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

/** Undefined for a single value and for an empty list or object, which has nothing to walk into. */
function children(value: Value): ReadonlyMap<string, Json> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = isList(value) ? value.map(keyed) : Object.entries(value);
  return entries.length === 0 ? undefined : new Map(entries);
}

/** Array.isArray does not narrow a readonly array out of a union. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function keyed(item: Json, index: number): readonly [string, Json] {
  if (typeof item !== 'object' || item === null || isList(item)) return [String(index), item];
  const { Key: key, Value: value, ...rest } = item;
  const isTag = typeof key === 'string' && value !== undefined && Object.keys(rest).length === 0;
  return isTag ? [key, value] : [String(index), item];
}
