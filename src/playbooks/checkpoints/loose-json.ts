/** Strings are matched first, also one that never ends, so that nothing inside a string is taken for a token. */
const token = /"[^"\\]*(?:\\(?:.|$)[^"\\]*)*(?:"|$)|-?Infinity|NaN/gs;

/** Python writes NaN and Infinity, which JSON.parse refuses; here they become null. Undefined: not JSON. */
export function parseLoose(text: string): unknown {
  return (
    parseJson(text) ?? parseJson(text.replace(token, (found) => (found.startsWith('"') ? found : 'null')))
  );
}

/** Undefined: not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const keyOrBracket = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/gs;

/** The first key that an object of this JSON text holds twice; JSON.parse keeps the last one silently. */
export function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [found, colon] of json.matchAll(keyOrBracket)) {
    if (found === '{') open.push(new Set());
    if (found === '}') open.pop();
    if (colon === undefined) continue;
    const key = String(parseJson(found.slice(0, -colon.length)));
    if (open.at(-1)?.has(key) === true) return key;
    open.at(-1)?.add(key);
  }
  return undefined;
}
