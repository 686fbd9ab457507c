import { gpuCount } from '../../checkpoints/gpu-counts.ts';
import { savedRanks } from '../../checkpoints/saved-ranks.ts';
import { counted } from '../../in-words.ts';
import { Origin } from '../../relaunch/relaunch-terms.ts';
import { defineAction, OpsError, type ReadPorts, type S3Uri, z } from '../define.ts';

const Saved = z.object({
  /** Ranks that saved the checkpoint, and GPUs of one instance. */
  ranks: z.number().int(),
  gpus: z.number().int(),
  /** Instances of the failed job, and those that the checkpoint needs. */
  before: z.number().int(),
  instanceCount: z.number().int(),
});

export const findSavedInstanceCount = defineAction({
  name: 'find-saved-instance-count',
  effect: 'read',
  title: 'Instances of the checkpoint',
  does: 'Counts the ranks that saved the checkpoint, and how many instances of the job’s type have as many GPUs.',
  input: z.object({ job: z.string(), origin: Origin }),
  output: Saved,
  report: ({ ranks, gpus, before, instanceCount }) => ({
    headline:
      before === instanceCount
        ? `The job already has the ${counted(before, 'instance')} that the checkpoint needs`
        : `The checkpoint needs ${counted(instanceCount, 'instance')}; the job had ${before}`,
    facts: [
      { label: 'Saved by', value: counted(ranks, 'rank') },
      { label: 'Each instance has', value: counted(gpus, 'GPU') },
    ],
  }),
  run: async ({ job, origin }, ports) => {
    if (origin.from === 'scratch') throw new OpsError('no-checkpoint', origin.why);
    return instancesThatSaved(origin.checkpoint.uri, job, ports);
  },
});

/** Throws `instances-unclear` if the files do not tell, or if no number of the job's instances has so many GPUs. */
export async function instancesThatSaved(
  uri: S3Uri,
  name: string,
  { training, checkpoints }: Pick<ReadPorts, 'training' | 'checkpoints'>,
): Promise<z.infer<typeof Saved>> {
  const files = await checkpoints.files(uri);
  const ranks = savedRanks(files.map((file) => file.name));
  if (ranks === undefined)
    throw new OpsError('instances-unclear', `the file names in ${uri} do not tell how many ranks saved it`);
  const { instanceType = '', instanceCount: before = 1 } = await training.describe(name);
  const gpus = gpuCount(instanceType);
  if (gpus === undefined || ranks % gpus !== 0)
    throw new OpsError(
      'instances-unclear',
      `${counted(ranks, 'rank')} saved ${uri}, which no number of ${instanceType || 'such'} instances has`,
    );
  return { ranks, gpus, before, instanceCount: ranks / gpus };
}
