import type { Incident } from '../incidents/model/incident.ts';
import { type StepFiles, stepFilesOf } from '../incidents/record/step-files.ts';
import type { FileRow, FileRows } from './file-rows.ts';
import { type FilesShown, type Notes, stepMessageKey } from './outbox.ts';
import { unshownLines } from './show-files.ts';

/** The lines that step messages show about files that cannot be shown. */
export function notesOf(files: readonly StepFiles[], rows: ReadonlyMap<string, FileRow>): Notes {
  const notes = new Map<string, readonly string[]>();
  for (const wanted of files) {
    const row = rows.get(wanted.key);
    const lines = row === undefined ? [] : unshownLines(wanted, row);
    const key = stepMessageKey(wanted.step);
    if (lines.length > 0) notes.set(key, [...(notes.get(key) ?? []), ...lines]);
  }
  return notes;
}

/** The files that are visible in the thread, and those that never will be. */
export function filesShown(files: readonly StepFiles[], rows: ReadonlyMap<string, FileRow>): FilesShown {
  return new Map(
    files.flatMap(({ key, files: list }) => {
      const row = rows.get(key);
      if (row?.done !== true) return [];
      return list.map(({ sha256 }, at) => [sha256, row.each[at]?.why === '' ? 'shown' : 'failed'] as const);
    }),
  );
}

/** The same for an incident, read from Redis. For code other than the delivery itself. */
export function createFilesShown(
  rows: Pick<FileRows, 'all'>,
): (incident: Pick<Incident, 'id' | 'states' | 'closingPostmortems'>) => Promise<FilesShown> {
  return async (incident) => {
    const files = stepFilesOf(incident);
    return filesShown(files, files.length === 0 ? new Map() : await rows.all(incident.id));
  };
}
