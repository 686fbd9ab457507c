import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { isSecret, isSecretFlag, isSecretName, isSecretPath } from './secret-names.ts';
import { isRedacted, type Replacement, replaceSecrets } from './secret-shapes.ts';

/** Hexadecimal digests, commit hashes and ids: not secrets unless their name says so. */
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;
const s3Address = /^s3:\/\/\S+$/;

/**
 * The last texts without secrets: a thread is rendered again for each of its messages, and searching the same texts again
 * took a tenth of the bot's time. In characters; a text with a secret is not kept.
 */
const clean = new LRUCache<string, true>({
  maxSize: 1_000_000,
  maxEntrySize: 10_000,
  sizeCalculation: (_, text) => text.length + 1,
});

/** Replaces the secrets in any text: plain, JSON, or an S3 URI. */
export function secretsInText(text: string, by: Replacement): string {
  if (text === '' || clean.get(text) === true || digest.test(text)) return text;
  const result = secretsReplaced(text, by);
  if (result === text) clean.set(text, true);
  return result;
}

function secretsReplaced(text: string, by: Replacement): string {
  // Per segment, so that a secret is replaced identically in the URI of a folder and of the objects in it.
  if (s3Address.test(text))
    return text
      .split('/')
      .map((segment) => replaceSecrets(segment, by))
      .join('/');
  return secretsInJson(text, by) ?? replaceSecrets(text, by);
}

/** Like secretsInText, for the value of a variable, hyperparameter or JSON key. */
export function secretsUnder(name: string, text: string, by: Replacement): string {
  const inside = secretsInText(text, by);
  // JSON under a name such as `credentials` is one secret.
  return isSecret(name, text) ? replacedWhole(text, by) : inside;
}

/** Like secretsInText, for the value of a request field, such as `Environment.WANDB_API_KEY`. */
export function secretsAtPath(path: string, text: string, by: Replacement): string {
  const inside = secretsInText(text, by);
  return isSecretPath(path, text) ? replacedWhole(text, by) : inside;
}

/** Leaves text that was already replaced unchanged. */
function replacedWhole(text: string, by: Replacement): string {
  return isRedacted(text) ? text : by(text);
}

/** Longer JSON strings are treated as plain text. */
const maxJsonLength = 200_000;
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\s+/gy;

interface Level {
  readonly list: boolean;
  /** Everything under the name of a secret is secret: `{"credentials": {"user": …}}`. */
  readonly secret: boolean;
  /** In a list: the previous item, if it is an option whose value is a secret. */
  key: string;
  expectsKey: boolean;
}

/**
 * Replaces the secrets in a JSON string, such as SageMaker's hyperparameters, and preserves everything else, including
 * whitespace. Undefined if the text is not a JSON object or list.
 */
function secretsInJson(text: string, by: Replacement): string | undefined {
  if (!isJson(text)) return undefined;
  const levels: Level[] = [];
  return (text.match(token) ?? []).map((part) => replaced(part, levels, by)).join('');
}

function isJson(text: string): boolean {
  if (text.length > maxJsonLength || !/^\s{0,100}[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function replaced(part: string, levels: Level[], by: Replacement): string {
  const level = levels.at(-1);
  switch (part) {
    case '{':
    case '[':
      levels.push(below(level, part === '['));
      return part;
    case '}':
    case ']':
      levels.pop();
      return part;
    case ',':
      if (level !== undefined) level.expectsKey = !level.list;
      return part;
    case ':':
      return part;
    default:
      return part.trim() === '' ? part : word(part, level, by);
  }
}

function below(level: Level | undefined, list: boolean): Level {
  const secret = level !== undefined && (level.secret || (!level.list && isSecretName(level.key)));
  return { list, secret, key: '', expectsKey: !list };
}

/** A key, a string, a number, or a word such as `true`. */
function word(part: string, level: Level | undefined, by: Replacement): string {
  const mark = part.startsWith('"') ? '"' : '';
  const inner = mark === '' ? part : part.slice(1, -1);
  if (level?.expectsKey === true) {
    level.key = inner;
    level.expectsKey = false;
    return `"${secretsInText(inner, by)}"`;
  }
  const secret = isSecretIn(level, inner);
  if (level?.list === true) level.key = isSecretFlag(inner) ? inner : '';
  if (secret) return `${mark}${replacedWhole(inner, by)}${mark}`;
  // A value whose name is harmless may still contain a secret.
  return mark === '' ? part : `"${inString(inner, by)}"`;
}

/** Keeps JSON inside a JSON string, such as the message in an SNS envelope, valid. */
function inString(inner: string, by: Replacement): string {
  if (!/^[{[]\\?["{[\]}]/.test(inner)) return secretsInText(inner, by);
  const text = z.string().parse(JSON.parse(`"${inner}"`));
  const encoded = (one: string): string => JSON.stringify(one).slice(1, -1);
  // With any other escaping, the string could not be restored byte for byte.
  return encoded(text) === inner ? encoded(secretsInText(text, by)) : secretsInText(inner, by);
}

function isSecretIn(level: Level | undefined, inner: string): boolean {
  if (level === undefined) return false;
  return (isSecret(level.key, inner) && !isSecretFlag(inner)) || (level.secret && isSecret('secret', inner));
}
