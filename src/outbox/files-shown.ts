import type { Incident } from '../incidents/model/incident.ts';
import { stepFilesOf } from '../incidents/record/step-files.ts';
import type { FileRows } from './file-rows.ts';
import { filesShown } from './next-work.ts';
import type { FilesShown } from './outbox.ts';

/** Which files of an incident stand in its thread, for whoever is not about to deliver it. */
export function createFilesShown(
  rows: Pick<FileRows, 'all'>,
): (incident: Pick<Incident, 'id' | 'states'>) => Promise<FilesShown> {
  return async (incident) => {
    const files = stepFilesOf(incident);
    return filesShown(files, files.length === 0 ? new Map() : await rows.all(incident.id));
  };
}
