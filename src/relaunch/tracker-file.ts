import { nameOf, parentOf } from '../checkpoints/folders.ts';
import { trackerOf } from '../checkpoints/layouts/detect.ts';
import type { LayoutName } from '../checkpoints/layouts/layout.ts';
import type { Checkpoints, Edit, S3Uri } from '../ports/ports.ts';

/** A small file beside a checkpoint by which its trainer finds it: DeepSpeed, verl and OpenRLHF look nowhere else. */
export interface TrackerFile {
  readonly folder: S3Uri;
  readonly file: Edit;
}

/** What must stand beside this folder for the trainer to take it; undefined where the folder's name is enough. */
export function trackerFor(folder: S3Uri, layout: LayoutName): TrackerFile | undefined {
  const name = trackerOf(layout);
  const parent = parentOf(folder);
  if (name === undefined || parent === undefined) return undefined;
  return { folder: parent, file: { name, bytes: new TextEncoder().encode(textFor(name, nameOf(folder))) } };
}

/** A tracker of DeepSpeed holds the folder's name, one of verl the number alone. */
function textFor(tracker: string, folder: string): string {
  return tracker.endsWith('.txt') ? (/(?<!\d)(\d+)$/.exec(folder)?.[1] ?? folder) : folder;
}

/** Whether the tracker that stands there sends the trainer to this folder. */
export async function isTracked({ folder, file }: TrackerFile, checkpoints: Checkpoints): Promise<boolean> {
  const standing = (await checkpoints.filesBeside(folder)).find(({ name }) => name === file.name);
  if (standing === undefined || standing.size > 1_024) return false;
  const bytes = await checkpoints.read(folder, standing, { start: 0, length: standing.size });
  return decoded(bytes) === decoded(file.bytes);
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}
