import { z } from 'zod';
import { highestCheckpoint } from '../checkpoints/finding/list-checkpoints.ts';
import { asFolder, folderOf, isFile, nameOf } from '../checkpoints/folders.ts';
import { baseOf } from '../checkpoints/grading/list-checkpoint.ts';
import type { LayoutName } from '../checkpoints/layouts/layout.ts';
import { OpsError } from '../errors.ts';
import { S3Uri } from '../ports/basics.ts';
import type { CheckpointBasis, FrozenFile } from '../ports/basis.ts';
import type {
  CheckpointCopies,
  Checkpoints,
  Edit,
  JsonObject,
  Ports,
  StagedCopy,
  Token,
  S3Uri as Uri,
} from '../ports/ports.ts';
import { sizeOfAll, sumOf } from './staged-sizes.ts';
import { isTracked, type TrackerFile, trackerFor } from './tracker-file.ts';

/**
 * SageMaker copies everything below CheckpointConfig.S3Uri into the new containers, and the Trainer loads the
 * highest-numbered folder there without checking it. So a checkpoint that is not the highest one can only be resumed
 * from a folder that contains nothing else.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
 */
export interface Staging {
  /** CheckpointConfig.S3Uri of the new job. */
  readonly root: Uri;
  /** The folders of the checkpoint; most trainers write one. */
  readonly parts: readonly Part[];
  /** Files that the trainer needs to find the copy, if the folder's name is not enough. */
  readonly trackers: readonly TrackerFile[];
}

interface Part {
  readonly from: Uri;
  readonly to: Uri;
  /** The files of a checkpoint that has no folder of its own; the others beside them are not copied. */
  readonly only?: readonly string[];
}

interface Wanted {
  /** CheckpointConfig.S3Uri of the failed job. */
  readonly uri: Uri;
  readonly checkpoint: {
    readonly uri: Uri;
    readonly layout?: LayoutName | undefined;
    readonly also?: readonly Uri[] | undefined;
  };
  /** Files that differ in the copy; if there are any, the checkpoint is always copied. */
  readonly edits?: readonly Edit[];
  /** Set if the folder is another job's, or may still be written to: the checkpoint is then always copied. */
  readonly alone?: boolean;
  /** The approved files; absent in proposals of earlier versions. */
  readonly frozen?: CheckpointBasis | undefined;
}

const Configured = z.object({ CheckpointConfig: z.object({ S3Uri }) });

/** The copy to make before the launch; undefined if the Trainer loads the wanted checkpoint in place. */
export async function planStaging(
  wanted: Wanted,
  name: string,
  ports: Pick<Ports, 'checkpoints' | 'recoveryPrefix'>,
): Promise<Staging | undefined> {
  const asItStands = wanted.alone !== true && (wanted.edits ?? []).length === 0;
  if (asItStands && (await isTaken(wanted, ports.checkpoints))) return undefined;
  return staging(wanted, `${asFolder(ports.recoveryPrefix)}${name}/`);
}

/** The same plan, derived from the approved request. */
export function stagingIn(request: JsonObject, wanted: Wanted): Staging | undefined {
  const configured = Configured.safeParse(request);
  if (!configured.success)
    throw new OpsError('approval-lapsed', 'the request has no CheckpointConfig to resume from');
  const root = asFolder(configured.data.CheckpointConfig.S3Uri);
  return root === asFolder(wanted.uri) ? undefined : staging(wanted, root);
}

/** Right before the launch: makes the copy, or verifies that none is needed. */
export async function stage(
  plan: Staging | undefined,
  wanted: Wanted,
  checkpoints: CheckpointCopies,
  token: Token,
): Promise<StagedCopy | null> {
  if (plan !== undefined) return copy(plan, wanted, checkpoints, token);
  if (await isTaken(wanted, checkpoints)) return null;
  throw new OpsError(
    'basis-changed',
    `the trainer would no longer load ${nameOf(wanted.checkpoint.uri)} from ${wanted.uri}`,
  );
}

/** Writes the trackers last, so that a tracker never names an incomplete copy. */
async function copy(
  { parts, trackers }: Staging,
  { edits = [], frozen }: Wanted,
  checkpoints: CheckpointCopies,
  token: Token,
): Promise<StagedCopy> {
  const copies: StagedCopy[] = [];
  if (frozen === undefined && parts.some(({ only }) => only !== undefined))
    throw new OpsError('approval-lapsed', 'the request does not name the files of the checkpoint');
  for (const [index, { from, to }] of parts.entries())
    copies.push(
      await checkpoints.stage(from, to, token, {
        edits: index === 0 ? edits : [],
        frozen: frozen && filesIn(from, frozen),
      }),
    );
  for (const { folder, file } of trackers) await checkpoints.place(folder, file, token);
  return sumOf(copies);
}

/** Frozen names are relative to the folder that all parts have in common. */
function filesIn(part: Uri, frozen: CheckpointBasis): readonly FrozenFile[] {
  const before = part.slice(baseOf({ ...frozen, step: 0 }).length);
  return frozen.files.flatMap(({ name, ...file }) =>
    name.startsWith(before) ? [{ ...file, name: name.slice(before.length) }] : [],
  );
}

/** The copy of an earlier run of the same attempt. The job already writes there, so nothing is copied again. */
export async function alreadyStaged(
  plan: Staging | undefined,
  checkpoints: Checkpoints,
): Promise<StagedCopy | null> {
  return plan === undefined
    ? null
    : sizeOfAll(
        plan.parts.map(({ to }) => ({ folder: to })),
        checkpoints,
      );
}

/** The size of the copy. */
export async function sizeOfSource({ parts }: Staging, checkpoints: Checkpoints): Promise<StagedCopy> {
  return sizeOfAll(
    parts.map(({ from, only }) => ({ folder: from, only })),
    checkpoints,
  );
}

function staging(wanted: Wanted, root: Uri): Staging {
  const parts = partsOf(wanted).map((part) => ({
    ...part,
    to: `${root}${within(part.from, wanted.uri)}` as const,
  }));
  const trackers = parts.flatMap(({ to }) => trackerFor(to, layoutOf(wanted)) ?? []);
  return { root, parts, trackers };
}

/** Files of one checkpoint lie in one folder, and are copied together. */
function partsOf(wanted: Wanted): readonly Omit<Part, 'to'>[] {
  const all = foldersOf(wanted);
  return isFile(wanted.checkpoint.uri)
    ? [{ from: folderOf(wanted.checkpoint.uri), only: all.map(nameOf) }]
    : all.map((from) => ({ from }));
}

function foldersOf({ checkpoint: { uri, also = [] } }: Wanted): readonly Uri[] {
  return [uri, ...also];
}

function layoutOf({ checkpoint: { layout = 'hf-trainer' } }: Wanted): LayoutName {
  return layout;
}

/** Keeps the path below the root: OpenRLHF looks for its actor in `_actor`. */
function within(folder: Uri, root: Uri): string {
  const above = asFolder(root);
  return folder.startsWith(above) ? folder.slice(above.length) : `${nameOf(folder)}/`;
}

/** Whether the trainer loads this checkpoint in place: its tracker names it, or it has the highest number. */
async function isTaken(wanted: Wanted, checkpoints: Checkpoints): Promise<boolean> {
  const trackers = foldersOf(wanted).flatMap((folder) => trackerFor(folder, layoutOf(wanted)) ?? []);
  if (trackers.length === 0)
    return (await highestCheckpoint(checkpoints, wanted.uri))?.uri === wanted.checkpoint.uri;
  const named = await Promise.all(trackers.map((tracker) => isTracked(tracker, checkpoints)));
  return named.every(Boolean);
}
