import { append, largest } from '../../../ports/collections.ts';
import type { StoredFile } from '../../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../../checkpoint-view.ts';
import { checkFile } from '../../formats/check-file.ts';
import { checkTorchZip } from '../../formats/torch-zip.ts';
import { goneSince } from '../shards.ts';

/** The trainer resumes without any of these and exits with 0, so only the folder reveals the loss. */
const silently = 'and the trainer does not report it';
const lost: Readonly<Record<string, string>> = {
  'optimizer.pt': `is missing: training resumes with a cold optimizer, ${silently}`,
  'scheduler.pt': `is missing: the learning rate schedule starts over, ${silently}`,
};
/** At most five digits: more ranks than any cluster has, so that no name can force a list of a billion. */
const rngName = /^rng_state(?:_(\d{1,5}))?\.pth$/;
/** DeepSpeed and FSDP keep each rank's optimizer in their own folders. */
const shardedState = /^(?:(?:global_step\d+|optimizer_\d+)\/|optimizer\.bin$)/;

/** `elsewhere`: names of files that DeepSpeed or FSDP writes in another form. */
export async function checkStateFiles(
  view: CheckpointView,
  elsewhere: readonly string[] = [],
): Promise<Findings> {
  if (savesWeightsOnly(view)) return [weightsOnly];
  const findings = [...missingStates(view, elsewhere), ...missingRandomStates(view)];
  for (const file of view.files.values())
    if (isState(file.name)) append(findings, await checkFile(view, file, checkTorchZip, 'state'));
  return findings;
}

function isState(name: string): boolean {
  return Object.hasOwn(lost, name) || name === 'scaler.pt' || rngName.test(name);
}

const weightsOnly: CheckpointFinding = {
  file: 'optimizer.pt',
  severity: 'degraded',
  says: 'is missing here and in earlier checkpoints, as are scheduler and random state: the job saves weights only (save_only_model), so it resumes with a cold optimizer',
};

function savesWeightsOnly(view: CheckpointView): boolean {
  const stateless = (listing: Listing): boolean =>
    ![...listing.files.keys()].some((name) => isState(name) || shardedState.test(name));
  return view.earlier.length > 0 && [view, ...view.earlier].every(stateless);
}

/** A file that is kept elsewhere counts as missing only if the earlier checkpoints have it here. */
function missingStates(view: CheckpointView, elsewhere: readonly string[]): Findings {
  const isWanted = (name: string): boolean =>
    !elsewhere.includes(name) || goneSince(view, (each) => each === name).length > 0;
  return Object.entries(lost)
    .filter(([name]) => !view.files.has(name) && isWanted(name))
    .map(([file, says]) => ({ file, severity: 'degraded', says }));
}

/** One file per process; a run with one process writes `rng_state.pth`. */
function missingRandomStates(view: CheckpointView): Findings {
  const ranks = ranksIn(view.files);
  if (ranks.size === 0 && view.files.has('rng_state.pth')) return [];
  const says = `is missing: random numbers will differ from the run that failed, ${silently}`;
  const expected = expectedRanks(view, ranks);
  if (ranks.size === 0) return [{ file: 'rng_state.pth', severity: 'degraded', says }];
  const absent = Array.from({ length: expected }, (_, rank) => rank).filter((rank) => !ranks.has(rank));
  return absent.length === 0
    ? []
    : [
        {
          file: absentInWords(absent),
          severity: 'degraded',
          says: `${says} (${absent.length} of ${expected} processes)`,
        },
      ];
}

function absentInWords([first, ...more]: readonly number[]): string {
  return more.length === 0 ? `rng_state_${first}.pth` : `rng_state_${first}.pth and ${more.length} more`;
}

/** The job's earlier checkpoints are more reliable than the capacity of its instances. */
function expectedRanks({ earlier, worldSize }: CheckpointView, ranks: ReadonlySet<number>): number {
  const before = earlier.map(({ files }) => ranksIn(files).size).filter((size) => size > 0);
  return Math.max(
    largest([...ranks].map((rank) => rank + 1)),
    largest(before.length > 0 ? before : [worldSize ?? 0]),
  );
}

function ranksIn(files: ReadonlyMap<string, StoredFile>): ReadonlySet<number> {
  const ranks = [...files.keys()].flatMap((name) => rngName.exec(name)?.[1] ?? []);
  return new Set(ranks.map(Number));
}
