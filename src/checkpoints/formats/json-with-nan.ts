import { endOfString, parseJson } from '../../training-data/read/json-text.ts';

/** Tokens that matter: string quotes, and the `NaN`, `Infinity` and `-Infinity` that Python writes. */
const outside = /"|-?Infinity|NaN/g;

interface Token {
  readonly text: string;
  readonly index: number;
}

/** Yields strings too, even one that never ends, so that nothing inside a string is mistaken for a token. */
function* tokensOf(json: string): Generator<Token> {
  const pattern = new RegExp(outside);
  for (let found = pattern.exec(json); found !== null; found = pattern.exec(json)) {
    const { index } = found;
    const end = found[0] === '"' ? (endOfString(json, index) ?? json.length) : pattern.lastIndex;
    pattern.lastIndex = end;
    yield { text: json.slice(index, end), index };
  }
}

/** Parses JSON with the NaN and Infinity that Python writes; they become null. Undefined if it is not JSON. */
export function parseWithNan(text: string): unknown {
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

/** The text with its strings removed. */
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
