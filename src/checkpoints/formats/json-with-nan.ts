import { endOfString } from '../../training-data/read/json-text.ts';

/** What matters outside strings: `-Infinity` and the like, which Python writes, and braces. */
const outside = /"|-?Infinity|NaN|[{}]/g;

interface Token {
  readonly text: string;
  readonly index: number;
}

/** Strings, also one that never ends, so that nothing inside a string is taken for a token; and what matters outside. */
function* tokensOf(json: string): Generator<Token> {
  const pattern = new RegExp(outside);
  for (let found = pattern.exec(json); found !== null; found = pattern.exec(json)) {
    const { index } = found;
    const end = found[0] === '"' ? (endOfString(json, index) ?? json.length) : pattern.lastIndex;
    pattern.lastIndex = end;
    yield { text: json.slice(index, end), index };
  }
}

/** Python writes NaN and Infinity, which JSON.parse refuses; here they become null. Undefined: not JSON. */
export function parseLoose(text: string): unknown {
  return parseJson(text) ?? parseJson(withoutNan(text));
}

function withoutNan(json: string): string {
  const parts: string[] = [];
  let done = 0;
  for (const { text, index } of tokensOf(json)) {
    if (!/^-?[NI]/.test(text)) continue;
    parts.push(json.slice(done, index), 'null');
    done = index + text.length;
  }
  return parts.join('') + json.slice(done);
}

/** Undefined: not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first key that an object of this JSON text holds twice; JSON.parse keeps the last one silently. */
export function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const { text, index } of tokensOf(json)) {
    if (text === '{') open.push(new Set());
    else if (text === '}') open.pop();
    else if (text.startsWith('"') && isKey(json, index + text.length)) {
      const key = String(parseJson(text));
      if (open.at(-1)?.has(key) === true) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

/** Whether a colon stands at this place, behind blanks. */
function isKey(json: string, end: number): boolean {
  let at = end;
  while (json.charCodeAt(at) <= 32) at += 1;
  return json.charAt(at) === ':';
}

/** The text without what stands in its strings. */
export function withoutStrings(json: string): string {
  const parts: string[] = [];
  let done = 0;
  for (const { text, index } of tokensOf(json)) {
    if (!text.startsWith('"')) continue;
    parts.push(json.slice(done, index));
    done = index + text.length;
  }
  return parts.join('') + json.slice(done);
}
