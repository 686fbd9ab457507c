import { askedTexts } from '../judge/asked-text.ts';
import { at } from '../judge/record-path.ts';
import type { RecordSchema } from '../schemas.ts';

/**
 * What all steps of one solution share: the `problem`, or else the first line of the prompt, behind which the steps
 * taken so far are added.
 */
export function problemHead(record: unknown, schema: RecordSchema): string {
  const problem = at(record, ['problem']);
  const text = typeof problem === 'string' ? problem : (askedTexts(record, schema)[0] ?? '');
  const [head = ''] = typeof problem === 'string' ? [text] : text.trimStart().split('\n', 1);
  return head.trim();
}
