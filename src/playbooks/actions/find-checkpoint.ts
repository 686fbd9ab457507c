import { blockedFor } from '../../checkpoints/blocking/training-code.ts';
import { listCheckpoints } from '../../checkpoints/finding/list-checkpoints.ts';
import { nothingFound } from '../../checkpoints/finding/nothing-found.ts';
import { asFolder, CheckpointFolder, nameOf } from '../../checkpoints/folders.ts';
import { ReadCost } from '../../checkpoints/formats/ranged-file.ts';
import { listCheckpoint } from '../../checkpoints/grading/list-checkpoint.ts';
import { count, counted, minutes } from '../../in-words.ts';
import { largest } from '../../ports/collections.ts';
import type { S3Uri as Uri } from '../../ports/ports.ts';
import { trainedUntil } from '../../training-job/job-state.ts';
import { defineAction, OpsError, type ReadPorts, S3Uri, z } from '../define.ts';

/** Number of checkpoints to check, newest first; older ones are not worth resuming from. */
const maxFolders = 20;

const Found = z.object({
  /** CheckpointConfig.S3Uri of the failed job, as a folder. */
  uri: S3Uri,
  /** Highest step first. */
  folders: z.array(CheckpointFolder),
  total: z.number().int(),
  newest: CheckpointFolder.extend({ modifiedAt: z.number().optional(), ageMinutes: z.number().optional() }),
  rpoMinutes: z.number().optional(),
  /** Left out because they broke a job: on the blocklist, or in this incident. */
  struck: z.array(S3Uri).default([]),
});
type Found = z.infer<typeof Found>;

export const findCheckpoint = defineAction({
  name: 'find-checkpoint',
  effect: 'read',
  judges: true,
  title: 'Find checkpoints',
  does: 'Lists the checkpoints under the job’s CheckpointConfig, newest first.',
  input: z.object({
    job: z.string(),
    /** When training stopped: work after the checkpoint is lost. Default: taken from the job. */
    trainedUntil: z.number().optional(),
    rpoMinutes: z.number().optional(),
    /** Checkpoints that broke a job in this incident. */
    passOver: z.array(S3Uri).optional(),
  }),
  output: Found,
  report: (found) => ({
    headline: `${counted(found.total, 'checkpoint')}; the newest is ${nameOf(found.newest.uri)}`,
    facts: [
      { label: 'Newest step', value: count(found.newest.step) },
      ...(found.newest.ageMinutes === undefined
        ? []
        : [{ label: 'Age when training stopped', value: ageInWords(found) }]),
      { label: 'Folder', value: found.uri },
    ],
    lines: [
      ...found.folders.map(({ uri }) => nameOf(uri)),
      ...found.struck.map((uri) => `${nameOf(uri)}: passed over, a job failed while loading it`),
    ],
  }),
  run: async ({ job: name, trainedUntil: until, rpoMinutes, passOver = [] }, ports) => {
    const job = await ports.training.describe(name);
    if (job.checkpointUri === undefined) throw new OpsError('no-checkpointing', name);
    const named = await ports.checkpointFolders.of(name);
    if (named !== undefined)
      await ports.locations.requireFor('checkpoints', asFolder(named), `named by a person for ${name}`);
    const uri = asFolder(named ?? job.checkpointUri);
    const { folders, looked } = await listCheckpoints(ports.checkpoints, uri);
    const uris = folders.map(({ uri: folder }) => folder);
    const blocked = await blockedFor(job, uris, ports);
    const struck = uris.filter((one) => blocked.has(one) || passOver.includes(one));
    const all = folders.filter((one) => !struck.includes(one.uri));
    const newest = all.at(0) ?? refuse(looked, struck);
    return {
      uri,
      folders: all.slice(0, maxFolders),
      total: all.length,
      newest: {
        ...newest,
        ...(await ageOf(newest, until ?? trainedUntil(job) ?? ports.clock.now(), ports)),
      },
      rpoMinutes,
      struck,
    };
  },
});

async function ageOf(
  folder: CheckpointFolder,
  until: number,
  { checkpoints }: ReadPorts,
): Promise<{ modifiedAt?: number; ageMinutes?: number }> {
  const { files } = await listCheckpoint(checkpoints, folder, new ReadCost());
  if (files.size === 0) return {};
  const modifiedAt = largest([...files.values()].map((file) => file.modifiedAt));
  return { modifiedAt, ageMinutes: Math.max(0, (until - modifiedAt) / 60_000) };
}

function ageInWords({ newest, rpoMinutes }: Found): string {
  const age = newest.ageMinutes ?? 0;
  if (rpoMinutes === undefined) return minutes(age);
  return `${minutes(age)}, ${age > rpoMinutes ? 'over' : 'within'} the RPO of ${minutes(rpoMinutes)}`;
}

function refuse(looked: readonly Uri[], struck: readonly Uri[]): never {
  if (struck.length === 0) throw new OpsError('no-checkpoint', nothingFound(looked));
  throw new OpsError(
    'no-checkpoint',
    `every checkpoint under ${looked[0]} broke a job in this incident or is on the blocklist: ${struck.map(nameOf).join(', ')}`,
  );
}
