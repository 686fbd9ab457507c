import { earlierFailure } from '../../relaunch/earlier-failure.ts';
import { Again, defineAction, z } from '../define.ts';
import { readTrainingLogs } from './read-training-logs.ts';

/** `who`: the rank, such as `rank 3`, if the log names it. */
const Where = z.object({ host: z.string(), who: z.string().optional() });
type Where = z.infer<typeof Where>;

const Earlier = z.object({
  /** The job that this one was launched to recover, if that one hung as well. */
  job: z.string().optional(),
  where: Where.optional(),
  /** True if the same rank, or the same host, failed first both times. */
  same: z.boolean(),
  /** VpcConfig.Subnets of the job. */
  subnets: z.array(z.string()),
});
type Earlier = z.infer<typeof Earlier>;

export const findEarlierHang = defineAction({
  name: 'find-earlier-hang',
  effect: 'read',
  title: 'Earlier hang',
  does: 'Checks whether this job already recovers one that hung, and whether the same rank or host failed first.',
  input: z.object({ job: z.string(), first: Where.optional() }),
  output: Earlier,
  report: ({ job, where, same }) => ({
    headline: headlineOf(job, same),
    facts: where === undefined ? [] : [{ label: 'Failed first then', value: inWords(where) }],
  }),
  run: async ({ job: name, first }, ports): Promise<Earlier | Again> => {
    const { subnets = [] } = await ports.training.describe(name);
    const failure = await earlierFailure(name, ports);
    if (failure?.kind !== 'hang_or_nccl') return { same: false, subnets: [...subnets] };
    const { job: earlier } = failure;
    const read = await readTrainingLogs.run({ job: earlier }, ports);
    if (read instanceof Again) return read;
    const where = read.failure && Where.parse(read.failure);
    return {
      job: earlier,
      ...(where !== undefined && { where }),
      same: where !== undefined && first !== undefined && isSame(where, first),
      subnets: [...subnets],
    };
  },
});

/** A rank keeps its place when the hosts are numbered anew. */
function isSame(one: Where, other: Where): boolean {
  return one.who === undefined || other.who === undefined ? one.host === other.host : one.who === other.who;
}

function headlineOf(job: string | undefined, same: boolean): string {
  if (job === undefined) return 'This training has not hung before: it is worth resuming once';
  return same
    ? `${job} hung at the same place: resuming on the same hardware is likely to hang again`
    : `${job} hung before it, at another place`;
}

function inWords({ host, who }: Where): string {
  return who === undefined ? host : `${who} on ${host}`;
}
