import { asOpsError } from '../../errors.ts';
import { byJob, recoveredEvents } from '../../incidents/charge/close.ts';
import type { IdSet } from '../../incidents/holds/holds.ts';
import type { Plan } from '../../incidents/intake/failure-report.ts';
import { reopeningEvents } from '../../incidents/intake/reopening.ts';
import type { IncidentStore } from '../../incidents/journal/store.ts';
import type { Followed } from '../../incidents/model/charge-states.ts';
import type { EventOf, IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, isEndKnown, isOpen } from '../../incidents/model/incident.ts';
import type { Log } from '../../log.ts';
import type { TrainingJob } from '../../ports/ports.ts';
import { trains } from '../../training-job/job-state.ts';

export interface FollowDeps {
  /** Incidents that follow a job which a person named. */
  readonly followed: IdSet;
  readonly store: Pick<IncidentStore, 'find' | 'record'>;
  /** Undefined if the job does not exist any more. */
  readonly findJob: (job: string) => Promise<TrainingJob | undefined>;
  /** Whether the incident's playbook still asks its closing questions after the end. */
  readonly asksAfterwards: (incident: Incident) => boolean;
  /** The playbook that starts if the job fails. */
  readonly planFor: (kind: Incident['kind']) => Plan | undefined;
  readonly advance: (incident: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Follows the jobs that people named as the replacement of a failed one: the clock stops when such a job trains, and its
 * incident is reopened if it fails.
 */
export function createFollowWatch(deps: FollowDeps): () => Promise<void> {
  return async () => {
    for (const id of await deps.followed.all())
      await check(deps, id).catch((error: unknown) =>
        deps.log.warn({ incident: id, error: asOpsError(error).line }, 'a named job could not be checked'),
      );
  };
}

async function check(deps: FollowDeps, id: string): Promise<void> {
  const follows = (await deps.store.find(id))?.follows;
  if (follows === undefined || follows.ended !== undefined) return;
  const job = await deps.findJob(follows.job);
  let added = 0;
  await deps.store.record(id, (present) => {
    const events = isSame(present.follows, follows) ? followEvents(deps, present, follows, job) : [];
    added = events.length;
    return events;
  });
  if (added > 0) await deps.advance(id);
}

function isSame(one: Followed | undefined, other: Followed): boolean {
  return one?.job === other.job && one.at === other.at && one.ended === undefined;
}

function followEvents(
  deps: FollowDeps,
  incident: Incident,
  { job: name }: Followed,
  job: TrainingJob | undefined,
): readonly IncidentEvent[] {
  if (job === undefined) return [{ type: 'follow-ended', job: name, status: 'Deleted' }];
  const ended = endings.find((status) => status === job.status);
  const end = ended === undefined ? [] : [{ type: 'follow-ended', job: name, status: ended } as const];
  if (ended === 'Completed' || trains(job)) return [...trainsAgain(deps, incident, name), ...end];
  return ended === undefined ? [] : [...end, ...failedEvents(deps, incident, job)];
}

const endings = ['Completed', 'Failed', 'Stopped'] as const;

function trainsAgain(
  { asksAfterwards }: FollowDeps,
  incident: Incident,
  job: string,
): readonly IncidentEvent[] {
  if (!isOpen(incident) || isEndKnown(incident)) return [];
  return recoveredEvents(byJob(incident, job), undefined, asksAfterwards(incident));
}

/** A failure long after the recovery is a new incident, which its alarm opens. */
function failedEvents(
  { planFor, now }: FollowDeps,
  incident: Incident,
  { name: job, failureReason, status, endedAt }: TrainingJob,
): readonly IncidentEvent[] {
  const { kind } = incident;
  const alarm: EventOf<'alarm-joined'>['alarm'] = {
    source: 'sagemaker-event',
    name: status,
    reason: failureReason ?? '',
    at: endedAt ?? now(),
  };
  return reopeningEvents(incident, { job, kind, alarm, plan: planFor(kind), flapping: undefined });
}
