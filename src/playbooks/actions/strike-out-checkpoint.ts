import { z } from 'zod';
import { asFolder, checkpointsAmong, nameOf } from '../../checkpoints/folders.ts';
import { quote } from '../../in-words.ts';
import type { TrainingJob, S3Uri as Uri } from '../../ports/ports.ts';
import { tags } from '../../relaunch/relaunch-proposal.ts';
import type { ReadPorts } from '../define/action-ports.ts';
import { defineAction, S3Uri } from '../define.ts';

const Struck = z.object({
  /** The checkpoint that killed the job, and the one it was copied from. */
  struck: z.array(S3Uri),
  /** Not blocked: overwritten since the job took its copy, so it is not what killed the job. */
  spared: z.array(S3Uri).default([]),
  why: z.string(),
  /** The job whose folder is searched for an earlier checkpoint: the failed one, or one that it recovered. */
  lookIn: z.string(),
});

/** Maximum number of recoveries to follow back. */
const maxSteps = 10;

export const strikeOutCheckpoint = defineAction({
  name: 'strike-out-checkpoint',
  effect: 'note',
  title: 'Block the checkpoint',
  does: 'Adds the checkpoint that killed the job to the blocklist, so that no recovery uses it again. Changes nothing in S3.',
  input: z.object({ job: z.string(), why: z.string() }),
  output: Struck,
  report: ({ struck, spared, why, lookIn }) => ({
    headline:
      struck.length === 0
        ? 'The job had no checkpoint to block'
        : `${nameOf(struck[0] ?? 's3://')} is blocked for good`,
    facts: [
      { label: 'Why', value: quote(why, 300) },
      { label: 'Searching for an earlier one in', value: `the folder of ${lookIn}` },
    ],
    lines: [
      ...struck,
      ...spared.map((uri) => `${uri} was overwritten since: it is not blocked, and is checked again`),
    ],
  }),
  run: async ({ job: name, why }, ports) => {
    const job = await ports.training.describe(name);
    const killers = await killersOf(job, ports);
    const rewritten = await Promise.all(killers.map((uri) => isRewritten(uri, job, ports)));
    const struck = killers.filter((_, index) => rewritten[index] === false);
    const spared = killers.filter((_, index) => rewritten[index] === true);
    for (const uri of struck)
      await ports.blocklist.add(uri, `${name} died while loading it: ${quote(why, 200)}`);
    return { struck, spared, why, lookIn: await whereOthersAre(job, ports) };
  },
});

/** The Trainer loads the highest-numbered folder without checking it, so that one killed the job. */
async function killersOf(job: TrainingJob, ports: ReadPorts): Promise<Uri[]> {
  const [highest] = await checkpointsOf(job, ports);
  const source = S3Uri.safeParse((await ports.training.tags(job.name)).get(tags.source)).data;
  return [
    ...(highest === undefined ? [] : [highest]),
    ...(source === undefined || source === highest ? [] : [source]),
  ];
}

/** Whether the source changed since the job took its copy; its present content has not killed a job. */
async function isRewritten(
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
async function whereOthersAre(job: TrainingJob, ports: ReadPorts): Promise<string> {
  let present = job;
  for (let steps = 0; steps < maxSteps; steps += 1) {
    const all = await checkpointsOf(present, ports);
    if ((await ports.blocklist.among(all)).size < all.length) return present.name;
    const before = (await ports.training.tags(present.name)).get(tags.recovers);
    const found = before === undefined ? undefined : await ports.training.find(before);
    if (found === undefined) return present.name;
    present = found;
  }
  return present.name;
}

async function checkpointsOf({ checkpointUri }: TrainingJob, { checkpoints }: ReadPorts): Promise<Uri[]> {
  if (checkpointUri === undefined) return [];
  const root = asFolder(checkpointUri);
  return checkpointsAmong(root, await checkpoints.folders(root)).map(({ uri }) => uri);
}
