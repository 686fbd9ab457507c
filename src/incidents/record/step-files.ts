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

/** The files of postmortems that no step wrote are shown below this message. No step has such a key. */
export function closingPostmortemKey(number: number): string {
  return `closing-postmortem ${number}`;
}

/** Requests that do not fit into their messages, the files of finished steps, and those of closing postmortems. */
export function stepFilesOf({
  states,
  closingPostmortems = [],
  drill,
}: Pick<Incident, 'states' | 'closingPostmortems' | 'drill'>): readonly StepFiles[] {
  const closing = closingPostmortems.map(({ result }, index) =>
    filesIn(closingPostmortemKey(index + 1), result),
  );
  const steps = Object.entries(states).flatMap(([step, state]) => {
    const proposal = 'proposal' in state ? state.proposal : undefined;
    const result = state.status === 'done' ? state.result : undefined;
    return [proposal, result].map((holder) => filesIn(step, holder));
  });
  const all = [...steps, ...closing].flat();
  return drill === undefined ? all : all.map((one) => ({ ...one, files: one.files.map(asDrill) }));
}

function filesIn(step: string, holder: unknown): readonly StepFiles[] {
  const files = WithFiles.safeParse(holder).data?.files.slice(0, maxFiles);
  return files === undefined ? [] : [{ key: `${step}-${hashOf(files)}`, step, files }];
}

function asDrill(file: KeptFile): KeptFile {
  return { ...file, title: `DRILL: ${file.title ?? file.name}` };
}

function hashOf(files: readonly KeptFile[]): string {
  const content = files.map(({ name, sha256 }) => [name, sha256]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
