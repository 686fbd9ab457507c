import { z } from 'zod';
import { isSecret, isSecretFlag, isSecretName, isSecretPath } from './secret-names.ts';
import { isRedacted, type Replacement, replaceSecrets } from './secret-shapes.ts';

/** Digests, commit hashes and ids in hexadecimal: never a secret unless their name says so. */
const digest = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;
const s3Address = /^s3:\/\/\S+$/;

/** Replaces the secrets in a text of any kind: plain, JSON, or an address in S3. */
export function secretsInText(text: string, by: Replacement): string {
  if (text === '' || digest.test(text)) return text;
  // Segment by segment, so that a secret is found alike in the address of a folder and of what is in it.
  if (s3Address.test(text))
    return text
      .split('/')
      .map((segment) => replaceSecrets(segment, by))
      .join('/');
  return secretsInJson(text, by) ?? replaceSecrets(text, by);
}

/** The same for text that stands under a name: a variable, a hyperparameter, a key of JSON. */
export function secretsUnder(name: string, text: string, by: Replacement): string {
  const inside = secretsInText(text, by);
  // JSON under a name such as `credentials` is a secret as a whole.
  return isSecret(name, text) ? replacedWhole(text, by) : inside;
}

/** The same for the value of a field in a request, such as `Environment.WANDB_API_KEY`. */
export function secretsAtPath(path: string, text: string, by: Replacement): string {
  const inside = secretsInText(text, by);
  return isSecretPath(path, text) ? replacedWhole(text, by) : inside;
}

/** What has been replaced already stays as it is. */
function replacedWhole(text: string, by: Replacement): string {
  return isRedacted(text) ? text : by(text);
}

/** Larger JSON in a string is treated as plain text. */
const maxJsonLength = 200_000;
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\s+/gy;

interface Level {
  readonly list: boolean;
  /** The name of a secret holds for all below it: `{"credentials": {"user": …}}`. */
  readonly secret: boolean;
  /** Of a list: the item before, where it is an option whose value is a secret. */
  key: string;
  expectsKey: boolean;
}

/**
 * Replaces the secrets in JSON within a string, such as SageMaker's hyperparameters, without touching the rest: its
 * spacing stays. Undefined where the text is no JSON object or list.
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
  return secret ? `${mark}${whole(inner, by)}${mark}` : open(part, inner, by);
}

/** A secret as a whole; one that has been replaced stays as it is. */
function whole(inner: string, by: Replacement): string {
  return isRedacted(inner) ? inner : by(inner);
}

/** What is no secret by its name may hold one. */
function open(part: string, inner: string, by: Replacement): string {
  return part === inner ? part : `"${inString(inner, by)}"`;
}

/** JSON within a string of JSON, such as the message in an envelope of SNS, stays JSON. */
function inString(inner: string, by: Replacement): string {
  if (!/^[{[]\\?["{[\]}]/.test(inner)) return secretsInText(inner, by);
  const text = z.string().parse(JSON.parse(`"${inner}"`));
  const encoded = (one: string): string => JSON.stringify(one).slice(1, -1);
  // Where it was escaped in another way it could not be put together again to the last byte.
  return encoded(text) === inner ? encoded(secretsInText(text, by)) : secretsInText(inner, by);
}

function isSecretIn(level: Level | undefined, inner: string): boolean {
  if (level === undefined) return false;
  return (isSecret(level.key, inner) && !isSecretFlag(inner)) || (level.secret && isSecret('secret', inner));
}
