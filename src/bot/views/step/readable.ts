import type { Layout } from '../../../incidents/request/proposal-layout.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import type { Proposal } from '../../../ports/step-output.ts';

/** Where people can read the full request: in the message, or in a file that is shown, coming, or cannot be shown. */
export type Readable = 'message' | 'file' | 'coming' | 'missing' | 'nowhere';

export function readable({ files = [] }: Proposal, { whole }: Layout, shown: FilesShown): Readable {
  if (whole) return 'message';
  if (files.length === 0) return 'nowhere';
  const states = files.map(({ sha256 }) => shown.get(sha256));
  if (states.includes('failed')) return 'missing';
  return states.every((one) => one === 'shown') ? 'file' : 'coming';
}
