import { nameOf, parentOf } from '../checkpoints/folders.ts';
import { trackerOf } from '../checkpoints/layouts/detect.ts';
import type { LayoutName } from '../checkpoints/layouts/layout.ts';
import type { Checkpoints, Edit, S3Uri } from '../ports/ports.ts';

/** A small file next to a checkpoint that tells its trainer to load it. DeepSpeed, verl, Megatron and OpenRLHF rely on it alone. */
export interface TrackerFile {
  readonly folder: S3Uri;
  readonly file: Edit;
}

/** The tracker that the trainer needs to load this folder; undefined if the folder's name is enough. */
export function trackerFor(folder: S3Uri, layout: LayoutName): TrackerFile | undefined {
  const name = trackerOf(layout);
  const parent = parentOf(folder);
  if (name === undefined || parent === undefined) return undefined;
  return { folder: parent, file: { name, bytes: new TextEncoder().encode(textFor(name, nameOf(folder))) } };
}

/** DeepSpeed's tracker contains the folder name, that of verl and Megatron only the number. */
function textFor(tracker: string, folder: string): string {
  const number = tracker.endsWith('.txt') ? /(?<!\d)\d+$/.exec(folder)?.[0] : undefined;
  return number?.replace(/^0+(?=\d)/, '') ?? folder;
}

/** Whether the existing tracker points to this folder. */
export async function isTracked({ folder, file }: TrackerFile, checkpoints: Checkpoints): Promise<boolean> {
  const standing = (await checkpoints.filesBeside(folder)).find(({ name }) => name === file.name);
  if (standing === undefined || standing.size > 1_024) return false;
  const bytes = await checkpoints.read(folder, standing, { start: 0, length: standing.size });
  return decoded(bytes) === decoded(file.bytes);
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}
