import { blockedFor } from '../../checkpoints/blocking/training-code.ts';
import { listCheckpoints } from '../../checkpoints/finding/list-checkpoints.ts';
import { nameOf } from '../../checkpoints/folders.ts';
import { ReadCost } from '../../checkpoints/formats/ranged-file.ts';
import { listCheckpoint } from '../../checkpoints/grading/list-checkpoint.ts';
import { quote } from '../../in-words.ts';
import type { TrainingJob, S3Uri as Uri } from '../../ports/ports.ts';
import { tags } from '../../relaunch/relaunch-proposal.ts';
import { defineAction, type ReadPorts, S3Uri, z } from '../define.ts';

const Struck = z.object({
  /** Passed over in this incident: the checkpoint that broke the job, and the one it was copied from. */
  struck: z.array(S3Uri),
  /** Not passed over: overwritten since the job took its copy, so it is not what broke the job. */
  spared: z.array(S3Uri).default([]),
  why: z.string(),
  /** The job whose folder is searched for an earlier checkpoint: the failed one, or one that it recovered. */
  lookIn: z.string(),
  /** Passed over because of earlier failures in the same incident. */
  before: z.array(S3Uri).default([]),
});

const maxRecoveries = 10;

/** Its name is from the time when it also blocked the checkpoint; journals hold it. */
export const strikeOutCheckpoint = defineAction({
  name: 'strike-out-checkpoint',
  effect: 'read',
  title: 'Broken checkpoint',
  does: 'Finds the checkpoint that broke the job. This incident passes over it; other incidents only do so once a person blocks it.',
  input: z.object({ job: z.string(), why: z.string(), incident: z.string().optional() }),
  output: Struck,
  report: ({ struck, spared, why, lookIn, before }) => ({
    headline:
      struck.length === 0
        ? 'The job had no checkpoint that could have broken it'
        : `${nameOf(struck[0] ?? 's3://')} broke the job: this incident passes over it`,
    facts: [
      { label: 'Why', value: quote(why, 300) },
      { label: 'Earlier checkpoints', value: `the folder of ${lookIn}` },
    ],
    lines: [
      ...struck,
      ...before.map((uri) => `${uri} broke a job earlier in this incident`),
      ...spared.map((uri) => `${uri} has been overwritten since, and will be checked again`),
    ],
  }),
  run: async ({ job: name, why, incident }, ports) => {
    const job = await ports.training.describe(name);
    const suspects = await suspectsOf(job, ports);
    const overwritten = await Promise.all(suspects.map((uri) => isOverwritten(uri, job, ports)));
    const struck = suspects.filter((_, index) => overwritten[index] === false);
    const spared = suspects.filter((_, index) => overwritten[index] === true);
    const before = (await struckBefore(incident, ports)).filter(
      (uri) => ![...struck, ...spared].includes(uri),
    );
    return { struck, spared, why, before, lookIn: await jobToSearch(job, [...struck, ...before], ports) };
  },
});

/** The same step of earlier rounds: a job can fail on one checkpoint after the other. */
async function struckBefore(incident: string | undefined, { record }: ReadPorts): Promise<Uri[]> {
  if (incident === undefined) return [];
  const { findings } = await record.of(incident);
  return findings.flatMap(({ action, result }) =>
    action === 'strike-out-checkpoint' ? (Struck.safeParse(result).data?.struck ?? []) : [],
  );
}

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
  const { folders } = await listCheckpoints(checkpoints, checkpointUri);
  const copy = folders.find(({ uri }) => nameOf(uri) === nameOf(source));
  if (copy === undefined || copy.uri === source) return false;
  const copiedAt = (await listCheckpoint(checkpoints, copy, new ReadCost())).files;
  const { files } = await listCheckpoint(checkpoints, { ...copy, uri: source }, new ReadCost());
  return [...files.values()].some(
    ({ name, modifiedAt }) => modifiedAt > (copiedAt.get(name)?.modifiedAt ?? modifiedAt),
  );
}

/** A job that was given a copy of one checkpoint has no others, but the job that it recovered does. */
async function jobToSearch(job: TrainingJob, passedOver: readonly Uri[], ports: ReadPorts): Promise<string> {
  let current = job;
  for (let followed = 0; followed < maxRecoveries; followed += 1) {
    const left = (await checkpointsOf(current, ports)).filter((uri) => !passedOver.includes(uri));
    if ((await blockedFor(current, left, ports)).size < left.length) return current.name;
    const previous = (await ports.training.tags(current.name)).get(tags.recovers);
    const found = previous === undefined ? undefined : await ports.training.find(previous);
    if (found === undefined) return current.name;
    current = found;
  }
  return current.name;
}

async function checkpointsOf({ checkpointUri }: TrainingJob, { checkpoints }: ReadPorts): Promise<Uri[]> {
  if (checkpointUri === undefined) return [];
  const { folders } = await listCheckpoints(checkpoints, checkpointUri);
  return folders.map(({ uri }) => uri);
}
