/** `*` in a pattern stands for any characters. */
export function matches(pattern: string, text: string): boolean {
  return expressionOf(pattern, '.*').test(text);
}

/** What the first `*` of the pattern stands for; undefined where the text does not match. */
export function firstStar(pattern: string, text: string): string | undefined {
  return expressionOf(pattern, '(.*)').exec(text)?.[1];
}

/** In no name and in no pattern: it stands for whatever a star may stand for. */
const anything = '\u0000';

/** Whether the first pattern matches everything that the second one does. */
export function covers(pattern: string, other: string): boolean {
  return matches(pattern, other.replaceAll('*', anything));
}

/** Patterns come from relight.yaml alone: there are few, and each is asked for at every alarm. */
const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string, star: string): RegExp {
  const key = `${star} ${pattern}`;
  const made = expressions.get(key) ?? makeExpression(pattern, star);
  expressions.set(key, made);
  return made;
}

function makeExpression(pattern: string, star: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join(star)}$`, 's');
}
