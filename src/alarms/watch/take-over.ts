import { asFolder } from '../../checkpoints/folders.ts';
import { asOpsError } from '../../errors.ts';
import { launchedIn } from '../../incidents/intake/reopening.ts';
import { eachOpen } from '../../incidents/journal/readable.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import type { TrainingJob } from '../../ports/ports.ts';

export interface TakeOverJob extends Pick<TrainingJob, 'name' | 'checkpointUri' | 'createdAt'> {
  /** The job is training now or has completed. */
  readonly trains: boolean;
}

export interface TakeOverDeps {
  readonly store: IncidentStore;
  /** Whether the incident waits for a person while Relight itself is doing nothing. */
  readonly waitsForPerson: (incident: Incident) => boolean;
  /** Whether its playbook is asking for an approval or an answer. */
  readonly asksPerson: (incident: Incident) => boolean;
  /** Throws `job-not-found`. */
  readonly describe: (job: string) => Promise<TakeOverJob>;
  /** The names of running or completed jobs created since then, newest first. */
  readonly createdSince: (at: number) => Promise<readonly string[]>;
  /** Whether this is a name that Relight gives to copies of the job. */
  readonly isCopyOf: (job: string, name: string) => boolean;
  readonly advance: (incident: string) => Promise<void>;
  readonly log: Log;
}

/** The whole account shares one rate limit for DescribeTrainingJob. */
const maxDescribed = 20;

/**
 * Detects that a person brought training back manually: a job that continues in the checkpoint folder of the failed one
 * has taken over from it. That stops the clock of the incident, whatever its playbook was waiting for.
 */
export function createTakeOverWatch(deps: TakeOverDeps): () => Promise<void> {
  const { store, log } = deps;
  const failed = (incident: string, error: unknown): void =>
    log.warn(
      { incident, error: asOpsError(error).line },
      'could not check whether training is running again',
    );
  return async () => eachOpen({ store, failed }, async (id) => check(deps, id));
}

async function check(deps: TakeOverDeps, id: string): Promise<void> {
  const incident = await deps.store.load(id);
  if (!deps.waitsForPerson(incident)) return;
  const how = await trainsAgain(deps, incident);
  if (how === undefined) return;
  await deps.store.record(id, (present) =>
    deps.waitsForPerson(present) ? [{ type: 'recovered', how, elsewhere: true }] : [],
  );
  await deps.advance(id);
}

async function trainsAgain(deps: TakeOverDeps, incident: Incident): Promise<string | undefined> {
  const { subject, failedAt } = incident;
  const failed = await deps.describe(subject);
  // For an alarm about a job that never stopped, the playbook asks people too; that it trains is not a recovery.
  if (failed.trains && !deps.asksPerson(incident)) return `${subject} is training again`;
  const names = await deps.createdSince(Math.max(failedAt, failed.createdAt));
  const ruledOut = new Set([subject, ...notResumedCopies(incident)]);
  for (const name of names.filter((one) => !ruledOut.has(one)).slice(0, maxDescribed)) {
    const job = await deps.describe(name);
    if (job.trains && (isSameFolder(job, failed) || deps.isCopyOf(subject, name)))
      return `${name} is training: it has taken over from ${subject}`;
  }
  return undefined;
}

/** Copies launched by this incident that did not resume from their checkpoint: they are not a recovery. */
function notResumedCopies(incident: Incident): readonly string[] {
  const states = Object.values(incident.states);
  const isWrong = states.some((state) => state.status === 'failed' && state.code === 'not-resumed');
  return isWrong ? launchedIn(incident) : [];
}

function isSameFolder({ checkpointUri: one }: TakeOverJob, { checkpointUri: other }: TakeOverJob): boolean {
  return one !== undefined && other !== undefined && asFolder(one) === asFolder(other);
}
