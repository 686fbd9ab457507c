import { counted } from '../../in-words.ts';
import type { S3Uri } from '../../ports/ports.ts';

const maxNamed = 5;
const example =
  'a step or an epoch in its name, e.g. checkpoint-1300/, global_step_1300/ or epoch=1-step=1300.ckpt';
const elsewhere = 'If they are elsewhere, name the folder: /relight checkpoints JOB s3://bucket/prefix/';

/** Says where Relight looked, and how a person names the right folder. */
export function nothingFound([root = 's3://', ...below]: readonly S3Uri[]): string {
  if (below.length === 0) return `${root} has no folders, and no file with ${example}. ${elsewhere}`;
  const named = below.slice(0, maxNamed).map((uri) => uri.slice(root.length));
  const more = below.length > maxNamed ? ` and ${counted(below.length - maxNamed, 'more folder')}` : '';
  return `looked in ${root} and, below it, in ${named.join(', ')}${more}: no folder or file has ${example}. ${elsewhere}`;
}
