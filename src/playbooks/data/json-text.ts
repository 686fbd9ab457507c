/** What JSON.parse does not tell about the text it parses. */

const quoteMark = 34;

/**
 * The first key that an object of `text` has twice: JSON.parse keeps the last one in silence, pyarrow fails.
 * Exact, but fast in the usual case: without repeated keys there are as many `":` in the text as keys in the value.
 */
export function repeatedKey(text: string, value: unknown): string | undefined {
  return keyMarks(text) === keyCount(value) ? undefined : firstRepeated(text);
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

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs;

function firstRepeated(text: string): string | undefined {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
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

/** True when the text ends inside a string, an object or a list: its end is missing. */
export function breaksOff(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 92) at += 1;
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
