import type { z } from 'zod';
import { AwsError } from './responses.ts';

/** Parses the input of an operation, and refuses invalid input with AWS's error format. */
export function validated<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError('ValidationException', issue === undefined ? 'Invalid input' : refusal(issue, input));
}

function refusal(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'unrecognized_keys') return `Unknown parameter in input: ${issue.keys.join(', ')}`;
  const value = valueAt(input, issue.path);
  const shown =
    value === undefined ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  const constraint = value === undefined ? 'Member must not be null' : constraintOf(issue);
  return `1 validation error detected: Value ${shown} at '${memberOf(issue.path)}' failed to satisfy constraint: ${constraint}`;
}

/** Formats a path as `productionVariants.1.member.modelName`; list indexes start at one. */
function memberOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `${part + 1}.member` : lowerFirst(String(part))))
    .join('.');
}

function lowerFirst(name: string): string {
  return name.replace(/^./, (first) => first.toLowerCase());
}

function constraintOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${(issue.pattern ?? '').replaceAll(/^\/|\/$/g, '')}`;
    case 'too_big':
      return `Member must have ${measured(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${measured(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`;
    default:
      return issue.message;
  }
}

function measured(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'value' : 'length';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    input,
  );
}
