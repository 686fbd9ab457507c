import { withAge, writtenAt } from '../../checkpoints/backup-age.ts';
import {
  type BackupLocation,
  backupLocations,
  backupRoots,
  withoutBlocked,
} from '../../checkpoints/backups.ts';
import { findingInWords } from '../../checkpoints/checkpoint-finding.ts';
import { nameOf } from '../../checkpoints/folders.ts';
import { CheckpointChoice, passedOverInWords } from '../../checkpoints/grading/choose-checkpoint.ts';
import { count, counted, minutes } from '../../in-words.ts';
import type { TrainingJob, S3Uri as Uri } from '../../ports/ports.ts';
import type { ReadPorts } from '../define/action-ports.ts';
import { Again, defineAction, OpsError, type Report, S3Uri, z } from '../define.ts';
import { validateCheckpoint } from './validate-checkpoint.ts';

const Input = z.object({
  job: z.string(),
  /** Time of the failure: training between the newest good backup and this time is lost. */
  trainedUntil: z.number(),
  rpoMinutes: z.number(),
});
type Input = z.infer<typeof Input>;

const FoundBackup = z.object({
  /** The folder that contains the checkpoint. */
  uri: S3Uri,
  verdict: CheckpointChoice,
  /** False if the age counts from when the backup was made; the checkpoint may be older. */
  ageIsSure: z.boolean(),
  total: z.number().int(),
});
export type FoundBackup = z.infer<typeof FoundBackup>;

const maxFolders = 20;

export const findBackup = defineAction({
  name: 'find-backup',
  effect: 'read',
  judges: true,
  title: 'Find a backup',
  does: 'Looks under s3.backup for copies of the job’s checkpoints and checks them, newest first, until it finds one to resume from.',
  input: Input,
  output: FoundBackup,
  report,
  run: async (input, ports): Promise<FoundBackup | Again> => {
    const job = await ports.training.describe(input.job);
    if (job.checkpointUri === undefined) throw new OpsError('no-checkpointing', job.name);
    const locations = await locationsOf(job, ports);
    const all = locations.flatMap(({ folders }) => folders);
    const folders = (await withoutBlocked(all, job, ports)).slice(0, maxFolders);
    if (folders.length === 0)
      throw new OpsError('no-backup', 'every backup is of a checkpoint on the blocklist');
    const verdict = await graded({ ...input, folders }, ports);
    if (verdict instanceof Again) return verdict;
    const written = await writtenAt(job, verdict.chosen.uri, ports);
    return {
      uri: rootOf(verdict.chosen.uri, locations),
      verdict: written === undefined ? verdict : withAge(verdict, written, input),
      ageIsSure: written !== undefined,
      total: all.length,
    };
  },
});

async function locationsOf(job: TrainingJob, ports: ReadPorts): Promise<BackupLocation[]> {
  if (ports.backupPrefix === undefined)
    throw new OpsError('no-backup', 's3.backup is not set in relight.yaml');
  const roots = backupRoots(job, ports.backupPrefix);
  const locations = await backupLocations(roots, ports);
  if (locations.length > 0) return locations;
  throw new OpsError('no-backup', `no checkpoints under ${roots.join(' or ')}`);
}

async function graded(
  input: Parameters<typeof validateCheckpoint.run>[0],
  ports: ReadPorts,
): Promise<CheckpointChoice | Again> {
  try {
    return await validateCheckpoint.run(input, ports);
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || thrown.code !== 'no-checkpoint') throw thrown;
    throw new OpsError('no-backup', thrown.detail, { cause: thrown });
  }
}

function rootOf(checkpoint: Uri, locations: readonly BackupLocation[]): Uri {
  const location = locations.find(({ folders }) => folders.some(({ uri }) => uri === checkpoint));
  if (location === undefined)
    throw new OpsError('no-backup', `${checkpoint} is not under any of the backup locations`);
  return location.root;
}

function report({ uri, verdict, ageIsSure, total }: FoundBackup): Report {
  const { chosen, struck, overRpo, rpoMinutes } = verdict;
  const age = `${ageIsSure ? '' : 'at least '}${minutes(chosen.ageMinutes)}`;
  return {
    headline: `The backup of ${nameOf(chosen.uri)} is ${chosen.grade}: restore from step ${count(chosen.step)}`,
    facts: [
      {
        label: 'Age when training stopped',
        value: `${age}, ${overRpo ? 'over' : 'within'} the RPO of ${minutes(rpoMinutes)}`,
      },
      { label: 'Folder', value: uri },
      { label: 'Backups found', value: counted(total, 'checkpoint') },
    ],
    lines: [...struck.map(passedOverInWords), ...chosen.reasons.map(findingInWords)],
  };
}
