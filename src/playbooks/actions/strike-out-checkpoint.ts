import { asFolder, checkpointsAmong, nameOf } from '../../checkpoints/folders.ts';
import { quote } from '../../in-words.ts';
import type { TrainingJob, S3Uri as Uri } from '../../ports/ports.ts';
import { tags } from '../../relaunch/relaunch-proposal.ts';
import { defineAction, type ReadPorts, S3Uri, z } from '../define.ts';

const Struck = z.object({
  /** The checkpoint that broke the job, and the one it was copied from. */
  struck: z.array(S3Uri),
  /** Not blocked: overwritten since the job took its copy, so it is not what broke the job. */
  spared: z.array(S3Uri).default([]),
  why: z.string(),
  /** The job whose folder is searched for an earlier checkpoint: the failed one, or one that it recovered. */
  lookIn: z.string(),
});

const maxRecoveries = 10;

export const strikeOutCheckpoint = defineAction({
  name: 'strike-out-checkpoint',
  effect: 'note',
  title: 'Block the checkpoint',
  does: 'Permanently adds the checkpoint that broke the job to the blocklist, so that no recovery uses it again. Nothing changes in S3.',
  input: z.object({ job: z.string(), why: z.string() }),
  output: Struck,
  report: ({ struck, spared, why, lookIn }) => ({
    headline:
      struck.length === 0
        ? 'The job had no checkpoint to block'
        : `${nameOf(struck[0] ?? 's3://')} is on the blocklist now`,
    facts: [
      { label: 'Why', value: quote(why, 300) },
      { label: 'Earlier checkpoints', value: `the folder of ${lookIn}` },
    ],
    lines: [
      ...struck,
      ...spared.map(
        (uri) => `${uri} has been overwritten since: it is not blocked, and will be checked again`,
      ),
    ],
  }),
  run: async ({ job: name, why }, ports) => {
    const job = await ports.training.describe(name);
    const suspects = await suspectsOf(job, ports);
    const overwritten = await Promise.all(suspects.map((uri) => isOverwritten(uri, job, ports)));
    const blocked = suspects.filter((_, index) => overwritten[index] === false);
    const spared = suspects.filter((_, index) => overwritten[index] === true);
    for (const uri of blocked)
      await ports.blocklist.add(uri, `${name} failed while loading it: ${quote(why, 200)}`);
    return { struck: blocked, spared, why, lookIn: await jobToSearch(job, ports) };
  },
});

/** The Trainer loads the highest-numbered folder without checking it, so that one broke the job. */
async function suspectsOf(job: TrainingJob, ports: ReadPorts): Promise<Uri[]> {
  const [highest] = await checkpointsOf(job, ports);
  const source = S3Uri.safeParse((await ports.training.tags(job.name)).get(tags.source)).data;
  return [
    ...(highest === undefined ? [] : [highest]),
    ...(source === undefined || source === highest ? [] : [source]),
  ];
}

/** Whether the source changed since the job took its copy; its current content has not broken a job. */
async function isOverwritten(
  source: Uri,
  { checkpointUri }: TrainingJob,
  { checkpoints }: ReadPorts,
): Promise<boolean> {
  if (checkpointUri === undefined) return false;
  const copy = `${asFolder(checkpointUri)}${nameOf(source)}/` as const;
  if (copy === source) return false;
  const copiedAt = new Map((await checkpoints.files(copy)).map(({ name, modifiedAt }) => [name, modifiedAt]));
  const files = await checkpoints.files(source);
  return files.some(({ name, modifiedAt }) => modifiedAt > (copiedAt.get(name) ?? modifiedAt));
}

/** A job that was given a copy of one checkpoint has no others, but the job that it recovered does. */
async function jobToSearch(job: TrainingJob, ports: ReadPorts): Promise<string> {
  let current = job;
  for (let followed = 0; followed < maxRecoveries; followed += 1) {
    const all = await checkpointsOf(current, ports);
    if ((await ports.blocklist.among(all)).size < all.length) return current.name;
    const previous = (await ports.training.tags(current.name)).get(tags.recovers);
    const found = previous === undefined ? undefined : await ports.training.find(previous);
    if (found === undefined) return current.name;
    current = found;
  }
  return current.name;
}

async function checkpointsOf({ checkpointUri }: TrainingJob, { checkpoints }: ReadPorts): Promise<Uri[]> {
  if (checkpointUri === undefined) return [];
  const root = asFolder(checkpointUri);
  return checkpointsAmong(root, await checkpoints.folders(root)).map(({ uri }) => uri);
}
