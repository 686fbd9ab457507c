/** `*` in a pattern stands for any characters. */
export function matches(pattern: string, text: string): boolean {
  return expressionOf(pattern, '.*').test(text);
}

/** What the first `*` of the pattern stands for; undefined where the text does not match. */
export function firstStar(pattern: string, text: string): string | undefined {
  return expressionOf(pattern, '(.*)').exec(text)?.[1];
}

function expressionOf(pattern: string, star: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join(star)}$`, 's');
}
