/** `*` in a pattern stands for any characters. */
export function matches(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  // The first match leaves the most room for the remaining parts, so no backtracking is needed.
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}

/** The longest text that the first `*` can match; undefined if the text does not match the pattern. */
export function firstStar(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star === -1 || !matches(pattern, text)) return undefined;
  const rest = pattern.slice(star + 1);
  for (let end = text.length; end >= star; end -= 1)
    if (matches(rest, text.slice(end))) return text.slice(star, end);
  return undefined;
}

/** Occurs in no name and no pattern, so it can represent the text that a star matches. */
const anything = '\u0000';

/** Whether the first pattern matches everything that the second one matches. */
export function covers(pattern: string, other: string): boolean {
  return matches(pattern, other.replaceAll('*', anything));
}
