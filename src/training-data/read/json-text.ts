/** What JSON.parse does not tell about the text it parses. */

const quoteMark = 34;
const colon = 58;
const backslash = 92;

/**
 * The first key that an object of `text` has twice: JSON.parse keeps the last one in silence, pyarrow fails.
 * Exact, but fast in the usual case: without repeated keys there are as many `":` in the text as keys in the value.
 */
export function repeatedKey(text: string, value: unknown): string | undefined {
  return keyMarks(text) === keyCount(value) ? undefined : firstRepeatedKey(text);
}

/** Every key ends with a quotation mark and a colon; so may a piece of a string, which makes the count too high only. */
function keyMarks(text: string): number {
  let marks = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) <= 32) before -= 1;
    if (text.charCodeAt(before) === quoteMark) marks += 1;
  }
  return marks;
}

function keyCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) for (const item of value) keys += keyCount(item);
  // JSON.parse makes plain objects: their values are of no known type yet.
  else for (const item of Object.values(value as Record<string, unknown>)) keys += 1 + keyCount(item);
  return keys;
}

export function firstRepeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let last = '';
  for (const token of tokensOf(text)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open.at(-1);
      const key = String(JSON.parse(last));
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    } else last = token;
  }
  return undefined;
}

/** The strings, brackets and colons of a text. */
function* tokensOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quoteMark) {
      const end = endOfString(text, at);
      if (end === undefined) return;
      yield text.slice(at, end);
      at = end - 1;
    } else if (code === colon || nesting(code) !== 0) yield text.charAt(at);
  }
}

/**
 * The place behind the closing quotation mark of the string that begins at `start`; undefined if it does not end.
 * No regular expression: on 16 MB of backslashes it runs out of stack.
 */
export function endOfString(text: string, start: number): number | undefined {
  const mark = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === mark) return at + 1;
  }
  return undefined;
}

/** Parsers of trainers stop at some depth too: Python's json at 1,000. */
const maxDepth = 1_000;

/** Whether values are nested deeper than anything that was written for training. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quoteMark) at = (endOfString(text, at) ?? text.length) - 1;
    else {
      depth += nesting(code);
      if (depth > maxDepth) return true;
    }
  }
  return false;
}

/** True when the text ends inside a string, an object or a list: its end is missing. */
export function breaksOff(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quoteMark) inString = false;
    } else if (code === quoteMark) inString = true;
    else depth += nesting(code);
  }
  return inString || depth > 0;
}

function nesting(code: number): number {
  if (code === 123 || code === 91) return 1;
  return code === 125 || code === 93 ? -1 : 0;
}

/** Undefined: not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}
