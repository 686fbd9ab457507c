import { distance } from 'fastest-levenshtein';

/**
 * The known word that a mistyped word probably means: a word that starts with it, or one within a few edits.
 * Undefined if none is close.
 * @example nearest('leed', ['responder', 'lead']) // 'lead'
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const ranked = known
    .map((one) => ({ one, far: one.startsWith(typed) && typed !== '' ? 0 : distance(typed, one) }))
    .toSorted((a, b) => a.far - b.far);
  const [best] = ranked;
  return best !== undefined && typed !== '' && best.far <= Math.max(2, Math.floor(best.one.length / 3))
    ? best.one
    : undefined;
}
