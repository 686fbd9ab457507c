import { isSecretFlag, isSecretName } from './secret-names.ts';
import type { Replacement } from './secret-shapes.ts';
import { secretsAtPath, secretsInText, secretsUnder } from './secrets-in-text.ts';

/** Hashes and names that Relight and AWS use as identifiers; none can contain a secret. */
const identities: ReadonlySet<string> = new Set([
  'hash',
  'prev',
  'sha256',
  'incident',
  'job',
  'TrainingJobName',
  'RoleArn',
]);

/** Replaces the secrets in any JSON value. Other objects are left unchanged. */
export function secretsInValue<T>(value: T, by: Replacement): T {
  // Replacing strings with strings does not change the type.
  return inValue(value, '', by) as T;
}

function inValue(value: unknown, name: string, by: Replacement): unknown {
  if (typeof value === 'string') return secretsUnder(name, value, by);
  if (Array.isArray(value)) return inList(value, name, by);
  if (value instanceof Error) return inError(value, by);
  return isPlain(value) ? inObject(value, name, by) : value;
}

function inList(list: readonly unknown[], name: string, by: Replacement): unknown[] {
  return list.map((item, index) => {
    const flag = list[index - 1];
    const afterFlag = typeof item === 'string' && !item.startsWith('-') && isSecretFlag(flag);
    return inValue(item, afterFlag ? String(flag) : name, by);
  });
}

function inObject(value: Readonly<Record<string, unknown>>, name: string, by: Replacement): unknown {
  // Everything under `credentials` is secret, whatever the keys are.
  const inherited = isSecretName(name) ? name : '';
  const given = namedBy(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (identities.has(key) && typeof one === 'string') return [key, one];
      if (given !== undefined && given.holds.includes(key) && typeof one === 'string')
        return [key, secretsAtPath(given.name, one, by)];
      return [secretsInText(key, by), inValue(one, inherited === '' ? key : inherited, by)];
    }),
  );
}

/** Objects with a name field and a value field: tags, differences between requests, facts of a report. */
function namedBy(
  value: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly holds: readonly string[] } | undefined {
  for (const [key, holds] of pairs) {
    const name = value[key];
    if (typeof name === 'string' && holds.some((one) => typeof value[one] === 'string'))
      return { name, holds };
  }
  return undefined;
}

const pairs: readonly (readonly [string, readonly string[]])[] = [
  ['Key', ['Value']],
  ['Name', ['Value']],
  ['key', ['value']],
  ['name', ['value']],
  ['field', ['before', 'after']],
  ['label', ['value']],
];

/** Makes an error loggable: JSON.stringify would omit its message. */
function inError(error: Error, by: Replacement): unknown {
  const { name, message, cause } = error;
  return {
    ...Object.fromEntries(
      Object.entries(error).filter(([, one]) => typeof one === 'string' || typeof one === 'number'),
    ),
    name,
    message: secretsInText(message, by),
    ...(cause !== undefined && { cause: inValue(cause, '', by) }),
  };
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
