import { nearest } from '../../config/nearest.ts';
import { escape, line } from '../views/untrusted.ts';

/** A word as code; a person may have typed it. */
export function inCode(word: string): string {
  return `\`${escape(line(word, 60).replaceAll('`', '')) || '…'}\``;
}

/** The known word that was probably meant, as a question to put after a sentence; empty if none is close. */
export function hintFor(word: string, known: readonly string[], before = ''): string {
  const close = nearest(word, known);
  return close === undefined ? '' : ` Did you mean ${inCode(before + close)}?`;
}
