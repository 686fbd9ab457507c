import { z } from 'zod';
import type { Replacement } from './redact.ts';
import { isSecret, isSecretFlag, isSecretName } from './secret-names.ts';
import { isGone } from './secret-shapes.ts';

/** Larger JSON in a string is treated as plain text. */
const longest = 200_000;
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\s+/gy;

interface Level {
  readonly list: boolean;
  /** The name of a secret holds for all below it: `{"credentials": {"user": …}}`. */
  readonly secret: boolean;
  /** Of a list: the item before, where it is an option whose value is a secret. */
  key: string;
  expectsKey: boolean;
}

type InText = (text: string, by: Replacement) => string;

/**
 * Replaces the secrets in JSON within a string, such as SageMaker's hyperparameters, without touching the rest: its
 * spacing stays. Undefined where the text is no JSON object or list.
 */
export function secretsInJson(text: string, by: Replacement, inText: InText): string | undefined {
  if (!isJson(text)) return undefined;
  const levels: Level[] = [];
  return (text.match(token) ?? []).map((part) => replaced(part, levels, by, inText)).join('');
}

function isJson(text: string): boolean {
  if (text.length > longest || !/^\s{0,100}[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function replaced(part: string, levels: Level[], by: Replacement, inText: InText): string {
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
      return part.trim() === '' ? part : word(part, level, by, inText);
  }
}

function below(level: Level | undefined, list: boolean): Level {
  const secret = level !== undefined && (level.secret || (!level.list && isSecretName(level.key)));
  return { list, secret, key: '', expectsKey: !list };
}

/** A key, a string, a number, or a word such as `true`. */
function word(part: string, level: Level | undefined, by: Replacement, inText: InText): string {
  const mark = part.startsWith('"') ? '"' : '';
  const inner = mark === '' ? part : part.slice(1, -1);
  if (level?.expectsKey === true) {
    level.key = inner;
    level.expectsKey = false;
    return `"${inText(inner, by)}"`;
  }
  const secret = isSecretIn(level, inner);
  if (level?.list === true) level.key = isSecretFlag(inner) ? inner : '';
  return secret ? `${mark}${whole(inner, by)}${mark}` : open(part, inner, by, inText);
}

/** A secret as a whole; one that has been replaced stays as it is. */
function whole(inner: string, by: Replacement): string {
  return isGone(inner) ? inner : by(inner);
}

/** What is no secret by its name may hold one. */
function open(part: string, inner: string, by: Replacement, inText: InText): string {
  return part === inner ? part : `"${inString(inner, by, inText)}"`;
}

/** JSON within a string of JSON, such as the message in an envelope of SNS, stays JSON. */
function inString(inner: string, by: Replacement, inText: InText): string {
  if (!/^[{[]\\?["{[\]}]/.test(inner)) return inText(inner, by);
  const text = z.string().parse(JSON.parse(`"${inner}"`));
  const encoded = (one: string): string => JSON.stringify(one).slice(1, -1);
  // Where it was escaped in another way it could not be put together again to the last byte.
  return encoded(text) === inner ? encoded(inText(text, by)) : inText(inner, by);
}

function isSecretIn(level: Level | undefined, inner: string): boolean {
  if (level === undefined) return false;
  return (isSecret(level.key, inner) && !isSecretFlag(inner)) || (level.secret && isSecret('secret', inner));
}
