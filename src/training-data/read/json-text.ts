/** JSON checks that JSON.parse does not do. */

const quoteMark = 34;
const colon = 58;
const backslash = 92;

/**
 * The first key that occurs twice in an object: JSON.parse silently keeps the last one, pyarrow fails. Exact, but
 * fast in the usual case: without repeated keys the text has as many `":` as the value has keys.
 */
export function repeatedKey(text: string, value: unknown): string | undefined {
  return keyMarks(text) === keyCount(value) ? undefined : firstRepeatedKey(text);
}

/** Every key ends with a quotation mark and a colon. Part of a string may too, which only makes the count too high. */
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
  // JSON.parse creates plain objects with values of unknown type.
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

/** Yields the strings, brackets and colons of a text. */
export function* tokensOf(text: string): Generator<string> {
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
 * The position after the closing quotation mark of the string at `start`; undefined if it does not end. Not a
 * regular expression, which runs out of stack on 16 MB of backslashes.
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

/** The position after the first object or list; undefined if it does not end. */
export function endOfValue(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quoteMark) at = (endOfString(text, at) ?? text.length) - 1;
    else {
      const change = nesting(code);
      depth += change;
      if (change < 0 && depth <= 0) return at + 1;
    }
  }
  return undefined;
}

/** The parsers of trainers have a limit too: Python's json stops at 1,000. */
const maxDepth = 1_000;

/** Whether values are nested deeper than in any real training data. */
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

/** Whether the text is truncated: it ends inside a string, an object or a list. */
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

/** Undefined if the text is not JSON. */
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
