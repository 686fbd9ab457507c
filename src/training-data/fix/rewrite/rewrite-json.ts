import { endOfString } from '../../read/json-text.ts';

/** Object keys and list indexes, from the outside in. */
export type LeafPath = readonly (string | number)[];

/** A string or number literal in the text. */
interface Leaf {
  readonly path: LeafPath;
  readonly start: number;
  readonly end: number;
}

/**
 * Rewrites some strings and numbers of a JSON text and leaves everything else untouched: parsing and serializing
 * the whole record would round long numbers and reorder keys. `rewrite` gets a literal and returns another one, or
 * undefined to keep it.
 */
export function rewriteJson(
  text: string,
  rewrite: (path: LeafPath, literal: string) => string | undefined,
): string {
  const parts: string[] = [];
  let done = 0;
  for (const { path, start, end } of leavesOf(text)) {
    const literal = rewrite(path, text.slice(start, end));
    if (literal === undefined) continue;
    parts.push(text.slice(done, start), literal);
    done = end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** Rewrites only strings, by value. An unchanged string keeps its exact spelling. */
export function rewriteStrings(text: string, rewrite: (path: LeafPath, value: string) => string): string {
  return rewriteJson(text, (path, literal) => {
    if (!literal.startsWith('"')) return undefined;
    // A JSON literal that begins with a quotation mark is a string.
    const value = JSON.parse(literal) as string;
    const after = rewrite(path, value);
    return after === value ? undefined : JSON.stringify(after);
  });
}

interface Open {
  /** The key or index of the next value. */
  at: string | number;
  /** True in an object before the colon. */
  awaitsKey: boolean;
}

const token = /"|-?\d[\d.eE+-]*|[{}[\]:,]/g;

/** Yields the tokens of a text, up to a string that does not end. */
function* tokensOf(text: string): Generator<{ readonly literal: string; readonly index: number }> {
  const pattern = new RegExp(token);
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [literal] = found;
    const { index } = found;
    const end = literal === '"' ? endOfString(text, index) : pattern.lastIndex;
    if (end === undefined) return;
    pattern.lastIndex = end;
    yield { literal: text.slice(index, end), index };
  }
}

/** Requires valid JSON; nothing is checked here. */
function* leavesOf(text: string): Generator<Leaf> {
  const open: Open[] = [];
  for (const { literal, index } of tokensOf(text)) {
    const inside = open.at(-1);
    if (literal === '{' || literal === '[') open.push(opened(literal));
    else if (literal === '}' || literal === ']') open.pop();
    else if (literal === ',') next(inside);
    else if (literal === ':') valueComes(inside);
    else if (inside?.awaitsKey === true) inside.at = String(JSON.parse(literal));
    else yield { path: open.map(({ at }) => at), start: index, end: index + literal.length };
  }
}

function opened(bracket: string): Open {
  return bracket === '[' ? { at: 0, awaitsKey: false } : { at: '', awaitsKey: true };
}

function next(inside: Open | undefined): void {
  if (inside === undefined) return;
  if (typeof inside.at === 'number') inside.at += 1;
  else inside.awaitsKey = true;
}

function valueComes(inside: Open | undefined): void {
  if (inside !== undefined) inside.awaitsKey = false;
}
