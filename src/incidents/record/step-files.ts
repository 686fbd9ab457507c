import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KeptFile } from '../../ports/files.ts';
import type { Incident } from '../model/incident.ts';

/** The files of one step's result, posted in one message below the step's own. */
export interface StepFiles {
  /** Unique within the incident; different content has a different key. */
  readonly key: string;
  readonly step: string;
  readonly files: readonly KeptFile[];
}

/** The most files that Slack shows in one message. */
const maxFiles = 10;

const WithFiles = z.object({ files: z.array(KeptFile).min(1) });

/** Requests that do not fit into their messages, and the files of finished steps. */
export function stepFilesOf({ states }: Pick<Incident, 'states'>): readonly StepFiles[] {
  return Object.entries(states).flatMap(([step, state]) => {
    const proposal = 'proposal' in state ? state.proposal : undefined;
    const result = state.status === 'done' ? state.result : undefined;
    return [proposal, result].flatMap((holder) => {
      const files = WithFiles.safeParse(holder).data?.files.slice(0, maxFiles);
      return files === undefined ? [] : [{ key: `${step}-${hashOf(files)}`, step, files }];
    });
  });
}

function hashOf(files: readonly KeptFile[]): string {
  const content = files.map(({ name, sha256 }) => [name, sha256]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
