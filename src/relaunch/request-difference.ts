import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../ports/ports.ts';
import type { Difference } from '../ports/step-output.ts';
import { redactSides } from '../sanitize/redaction.ts';
import { createSealer } from '../sanitize/seal.ts';

type Value = Json | undefined;

/**
 * Every field that differs between the two sides, by its dotted path. Lists of named items, such as tags and channels,
 * are compared by name; other lists by position. For secrets, it shows that they change but not their values.
 */
export function difference(before: JsonObject, after: JsonObject): Difference[] {
  // Sealed first, because a command-line argument is recognized as a secret only by the option before it.
  const { seal } = createSealer(randomUUID());
  return compare('', seal(before, ''), seal(after, ''));
}

function compare(field: string, before: Value, after: Value): Difference[] {
  const name = identityOf(before, after);
  const [left, right] = [children(before, name), children(after, name)];
  const branches = (left ?? right) !== undefined && comparable(before, left) && comparable(after, right);
  if (!branches) return leaf(field, before, after);
  const keys = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])];
  return keys.flatMap((key) =>
    compare(field === '' ? key : `${field}.${key}`, left?.get(key), right?.get(key)),
  );
}

/** Descends into values with children. If one side is absent, each child is new or removed. */
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

/** Fields by which the AWS API identifies the items of its lists. */
const identities = [
  'Key',
  'ChannelName',
  'Name',
  'VariantName',
  'InstanceGroupName',
  'RuleConfigurationName',
  'CollectionName',
  'AlarmName',
] as const;

/** The field that uniquely names every item of both lists; undefined if there is none. */
function identityOf(before: Value, after: Value): string | undefined {
  const lists = [before, after].filter((side) => side !== undefined);
  if (lists.length === 0 || !lists.every(isList)) return undefined;
  return identities.find((name) => lists.every((list) => isList(list) && namesEach(list, name)));
}

function namesEach(list: readonly Json[], name: string): boolean {
  const names = list.map((item) => (isRecord(item) ? item[name] : undefined));
  return names.every((one) => typeof one === 'string') && new Set(names).size === names.length;
}

/** Undefined for a single value, and for an empty list or object. */
function children(value: Value, identity: string | undefined): ReadonlyMap<string, Json> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = isList(value)
    ? value.map((item, index) => named(item, index, identity))
    : Object.entries(value);
  return entries.length === 0 ? undefined : new Map(entries);
}

/** Array.isArray does not narrow a readonly array out of a union. */
function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** A tag is reduced to its value. The identity of an item is part of its path, so it is not repeated below it. */
function named(item: Json, index: number, identity: string | undefined): readonly [string, Json] {
  if (identity === undefined || !isRecord(item)) return [String(index), item];
  const { [identity]: name, ...rest } = item;
  if (typeof name !== 'string') return [String(index), item];
  const [only, ...more] = Object.keys(rest);
  if (only === undefined) return [name, name];
  return [name, only === 'Value' && more.length === 0 ? (rest['Value'] ?? null) : rest];
}
