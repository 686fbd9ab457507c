import type { z } from 'zod';
import { nearest } from './nearest.ts';

/**
 * Explains a validation issue in the terms of relight.yaml, without the words of the validation library. Returns
 * undefined if the schema has its own message for it.
 * @example problemMessage({ code: 'invalid_type', expected: 'number', input: 'soon', … }) // 'must be a number, not "soon"'
 */
export function problemMessage(issue: z.core.$ZodRawIssue): string | undefined {
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
      return `has the wrong format: ${String(issue.input)} is not a valid ${issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return `has an invalid name: it ${issue.issues[0]?.message ?? 'is not valid'}`;
    default:
      // The remaining codes have a message in the schema, or their nested issues are listed separately.
      return undefined;
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as [one, two]',
  object: 'keys with values, indented under it',
  record: 'keys with values, indented under it',
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

function limit(origin: string, bound: number | bigint, direction: string, exclusive: boolean): string {
  if (origin === 'array') return `must have ${direction} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  if (origin === 'string')
    return bound === 1 && direction === 'at least'
      ? 'must not be empty'
      : `must have ${direction} ${bound} characters`;
  if (exclusive) return `must be ${direction === 'at least' ? 'more' : 'less'} than ${bound}`;
  return `must be ${direction} ${bound}`;
}

function oneOf(values: readonly string[], input: unknown): string {
  if (input === undefined) return `is missing: add one of ${values.join(', ')}`;
  const close = typeof input === 'string' ? nearest(input, values) : undefined;
  const hint = close === undefined ? '' : `; did you mean ${close}?`;
  return `must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}, not ${kindOf(input)}${hint}`;
}

/**
 * The message for an unknown key, with the nearest known key or the list of known keys.
 * @example unknownKey('chnge', ['jobs', 'change']) // 'is not a key that Relight knows here; did you mean change?'
 */
export function unknownKey(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  const remedy =
    close === undefined ? `remove it, or use one of ${known.join(', ')}` : `did you mean ${close}?`;
  return `is not a key that Relight knows here; ${remedy}`;
}
