import type { z } from 'zod';
import { nearest } from './nearest.ts';

/** What is wrong with a value of relight.yaml, in the words of who writes it. Messages of the schema itself come first. */
export function inOurWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'too_small':
      return limit(issue.origin, issue.minimum, 'at least', issue.inclusive === false);
    case 'too_big':
      return limit(issue.origin, issue.maximum, 'at most', issue.inclusive === false);
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input);
    case 'invalid_format':
      return `must look different: ${String(issue.input)} is not of the form ${issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return `has a name that cannot be used: it ${issue.issues[0]?.message ?? 'is not valid'}`;
    default:
      // Left: codes whose message the schema gives, or whose own issues are listed one by one.
      return undefined;
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as [one, two]',
  object: 'keys with values, indented below it',
  record: 'keys with values, indented below it',
};

function wrongType(expected: string, input: unknown): string {
  const wanted = types[expected] ?? expected;
  if (input === undefined) return `is missing: add it; it must be ${wanted}`;
  const scalar = typeof input === 'number' || typeof input === 'boolean';
  const hint = expected === 'string' && scalar ? `; put it in quotes: "${input}"` : '';
  return `must be ${wanted}, not ${kindOf(input)}${hint}`;
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'keys with values';
  const shown = typeof input === 'number' ? String(input) : JSON.stringify(input);
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}

function limit(origin: string, bound: number | bigint, most: string, exclusive: boolean): string {
  if (origin === 'array') return `must have ${most} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  if (origin === 'string')
    return bound === 1 && most === 'at least' ? 'must not be empty' : `must have ${most} ${bound} characters`;
  if (exclusive) return `must be ${most === 'at least' ? 'more' : 'less'} than ${bound}`;
  return `must be ${most} ${bound}`;
}

function oneOf(values: readonly string[], input: unknown): string {
  if (input === undefined) return `is missing: add one of ${values.join(', ')}`;
  const close = typeof input === 'string' ? nearest(input, values) : undefined;
  const hint = close === undefined ? '' : `; did you mean ${close}?`;
  return `must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}, not ${kindOf(input)}${hint}`;
}

/** A key that is not known at its place, with the nearest one that is. */
export function unknownKey(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  const remedy =
    close === undefined ? `remove it, or use one of ${known.join(', ')}` : `did you mean ${close}?`;
  return `is not a key that Relight knows here; ${remedy}`;
}
