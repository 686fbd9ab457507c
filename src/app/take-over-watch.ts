import { createTakeOverWatch } from '../alarms/watch/take-over.ts';
import { type Incident, isWarning } from '../incidents/model/incident.ts';
import type { Repeated } from '../queue/repeated.ts';
import { dueMove, nextMove } from '../queue/steps/consequences.ts';
import { isCopyOf } from '../training-job/copy-names.ts';
import { trains } from '../training-job/job-state.ts';
import type { Core } from './core.ts';
import type { AwsAdapters } from './steps/aws-adapters.ts';

const minute = 60_000;
/** Moves that wait for a person. */
const forPeople: ReadonlySet<string> = new Set(['ask', 'unresolved', 'stopped']);
const maxListed = 200;

/** Notices jobs that somebody started by hand to replace a failed one. */
export function takeOverWatch(
  { store, catalog, advance, log }: Core,
  { training, region }: Pick<AwsAdapters, 'training' | 'region'>,
): Repeated {
  const work = createTakeOverWatch({
    store,
    advance,
    log,
    isCopyOf,
    waitsForPerson: (incident) => waits(dueMove(catalog, incident)?.kind, incident),
    asksPerson: (incident) => nextMove(catalog, incident)?.kind === 'ask',
    describe: async (name) => {
      const job = await training.describe(name);
      return { ...job, trains: trains(job) || job.status === 'Completed' };
    },
    createdSince: async (at) => {
      const { found } = await region.jobs(at, maxListed);
      return found
        .filter(
          ({ status, createdAt }) => createdAt > at && (status === 'InProgress' || status === 'Completed'),
        )
        .map(({ name }) => name);
    },
  });
  return { name: 'took-over', everyMs: minute, work };
}

/** Not for drills, which have no job in the account, for endpoints, for warnings (the job is still training) or for outages (many jobs). */
function waits(
  move: string | undefined,
  { kind, affectedJobs, recovered, outcome, closed, dated, drill }: Incident,
): boolean {
  if (drill !== undefined) return false;
  if (kind === 'model_degraded' || isWarning(kind) || affectedJobs.length > 0 || !dated) return false;
  if (recovered !== undefined || outcome !== undefined || closed !== undefined) return false;
  return move === undefined || forPeople.has(move);
}
