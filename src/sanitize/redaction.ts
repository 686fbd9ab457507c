import { redactedMark } from './secret-forms.ts';
import { isSecret } from './secret-names.ts';
import { secretsAtPath, secretsInText } from './secrets-in-text.ts';
import { secretsInValue } from './secrets-in-value.ts';

/**
 * Redacts everything that leaves the process. People see `[redacted]`; the journal and the vault keep a hash of secrets
 * that are needed again (`seal.ts`).
 */

/** A secret that was replaced by its keyed hash. */
export const sealed = /\[redacted:[0-9a-f]{64}\]/g;

const byMark = (): string => redactedMark;

/** For people: Slack, files, the terminal and logs. */
export function redactText(text: string): string {
  return secretsInText(text, byMark).replace(sealed, redactedMark);
}

interface Sides {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Both sides of a field that changes: shows whether its secrets change, but not the secrets. */
export function redactSides(path: string, { before, after }: Sides): Sides {
  const both = before !== undefined && after !== undefined;
  const same = secretsOf(path, before).join('\n') === secretsOf(path, after).join('\n');
  const mark = both ? `[redacted, ${same ? 'same' : 'changes'}]` : redactedMark;
  return {
    ...(before !== undefined && { before: redactAt(path, before, redactedMark) }),
    ...(after !== undefined && { after: redactAt(path, after, mark) }),
  };
}

function redactAt(path: string, text: string, mark: string): string {
  return secretsAtPath(path, text, () => mark).replace(sealed, mark);
}

/** The hash of a sealed secret counts as the secret. */
function secretsOf(path: string, text = ''): string[] {
  const found: string[] = [...(text.match(sealed) ?? [])];
  secretsAtPath(path, text, (secret) => {
    found.push(secret);
    return redactedMark;
  });
  return found;
}

/** Like redactText, for any JSON value. */
export function redactValue<T>(value: T): T {
  return everyText(secretsInValue(value, byMark), (text) => text.replace(sealed, redactedMark));
}

/** Whether a person typed a secret, or a placeholder for one that was not shown to them. */
export function holdsSecret(text: string): boolean {
  const named = text.split('\n').some((line) => {
    const [, name = '', value = ''] = /^\s{0,100}([^=:\s]{1,200})\s{0,10}[=:](.{1,3000})$/.exec(line) ?? [];
    return isSecret(name, value);
  });
  return named || text.includes('[redacted') || redactText(text) !== text;
}

/** For the journal and other stores: hashes of secrets are kept. */
export function withoutSecrets<T>(value: T): T {
  return secretsInValue(value, byMark);
}

/**
 * Changes every text of a JSON value, except the fields in `kept`. Other objects are left unchanged. The casts hold because
 * only texts change: the shape of the value stays.
 */
export function everyText<T>(value: T, change: (text: string) => string, kept?: ReadonlySet<string>): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => everyText(item, change, kept)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const changed = Object.entries(value).map(([key, one]: [string, unknown]) => [
    key,
    kept?.has(key) === true ? one : everyText(one, change, kept),
  ]);
  return Object.fromEntries(changed) as T;
}
