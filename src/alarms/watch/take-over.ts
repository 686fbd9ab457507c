import { asOpsError } from '../../errors.ts';
import { launchedIn } from '../../incidents/intake/reopening.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';

/** As much of a training job as this watch reads; `playbooks/ports/training.ts` has all of it. */
export interface TakeOverJob {
  readonly name: string;
  readonly checkpointUri?: string;
  readonly createdAt: number;
  /** It trains now, or has completed. */
  readonly trains: boolean;
}

export interface TakeOverDeps {
  readonly store: IncidentStore;
  /** Whether the incident waits for a person, with nothing of Relight under way. */
  readonly waits: (incident: Incident) => boolean;
  /** Whether its playbook asks a person right now, for an approval or an answer. */
  readonly asks: (incident: Incident) => boolean;
  /** Throws `job-not-found`. */
  readonly describe: (job: string) => Promise<TakeOverJob>;
  /** The names of jobs that go on or have completed and were created since then, the newest first. */
  readonly createdSince: (at: number) => Promise<readonly string[]>;
  /** Whether Relight gave this name to a copy of the job. */
  readonly isCopyOf: (job: string, name: string) => boolean;
  readonly advance: (incident: string) => Promise<void>;
  readonly log: Log;
}

/** DescribeTrainingJob is shared by the whole account. */
const maxDescribed = 20;

/**
 * Somebody may bring training back by hand: a job that goes on in the checkpoint folder of the failed one has taken
 * over from it. Then the clock of its incident stops, whatever its playbook was waiting for.
 */
export function createTakeOverWatch(parts: TakeOverDeps): () => Promise<void> {
  return async () => {
    for (const id of await parts.store.ids('open'))
      await lookAt(parts, id).catch((error: unknown) =>
        parts.log.warn(
          { incident: id, error: asOpsError(error).line },
          'whether it trains again is not known',
        ),
      );
  };
}

async function lookAt(parts: TakeOverDeps, id: string): Promise<void> {
  const incident = await parts.store.load(id);
  if (!parts.waits(incident)) return;
  const how = await trainsAgain(parts, incident);
  if (how === undefined) return;
  await parts.store.transact(id, (present) => ({
    events: parts.waits(present) ? [{ type: 'recovered', how, elsewhere: true }] : [],
    answer: undefined,
  }));
  await parts.advance(id);
}

async function trainsAgain(parts: TakeOverDeps, incident: Incident): Promise<string | undefined> {
  const { subject, failedAt } = incident;
  const failed = await parts.describe(subject);
  // An alarm about a job that never stopped asks people too: that it trains is then no recovery.
  if (failed.trains && !parts.asks(incident)) return `${subject} trains again`;
  const names = await parts.createdSince(Math.max(failedAt, failed.createdAt));
  const ruledOut = new Set([subject, ...notResumedCopies(incident)]);
  for (const name of names.filter((one) => !ruledOut.has(one)).slice(0, maxDescribed)) {
    const job = await parts.describe(name);
    if (job.trains && (isSameFolder(job, failed) || parts.isCopyOf(subject, name)))
      return `${name} trains: it has taken over from ${subject}`;
  }
  return undefined;
}

/** Copies that this incident launched and that train from another checkpoint than they were given: no recovery. */
function notResumedCopies(incident: Incident): readonly string[] {
  const states = Object.values(incident.states);
  const isWrong = states.some((state) => state.status === 'failed' && state.code === 'not-resumed');
  return isWrong ? launchedIn(incident) : [];
}

function isSameFolder({ checkpointUri: one }: TakeOverJob, { checkpointUri: other }: TakeOverJob): boolean {
  return one !== undefined && other !== undefined && withTrailingSlash(one) === withTrailingSlash(other);
}

function withTrailingSlash(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}
