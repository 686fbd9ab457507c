import { distance } from 'fastest-levenshtein';

/** The word that was probably meant; undefined when none is near. */
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
