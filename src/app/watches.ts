import { createHeartbeatWatch, missedEvent } from '../alarms/watch/heartbeats.ts';
import { createPoller, type PollCursor } from '../alarms/watch/poller.ts';
import { loadOpen } from '../incidents/journal/readable.ts';
import type { Incident } from '../incidents/model/incident.ts';
import { type ArchiveWatchDeps, createArchiveWatch } from '../queue/archive-results.ts';
import type { Repeated } from '../queue/repeated.ts';
import type { NameOf } from '../queue/steps/incident-record.ts';
import { createPollCursor } from '../redis/poll-cursor.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import { checkpointWatch } from './checkpoint-watch.ts';
import type { Core } from './core.ts';
import { followWatch } from './follow-watch.ts';
import { expectedSources } from './readiness/alarm-sources.ts';
import { postmortemWatch } from './readiness/postmortem-watch.ts';
import { readinessWatch } from './readiness/readiness-watch.ts';
import { autoClose } from './settle-watch.ts';
import type { AwsAdapters } from './steps/aws-adapters.ts';
import { takeOverWatch } from './take-over-watch.ts';

const minute = 60_000;

/** Everything that looks at AWS on a schedule, in one process at a time. */
export function createWatches(
  core: Core,
  aws: AwsAdapters,
  alarms: AlarmIntake,
  nameOf: NameOf,
): readonly Repeated[] {
  const { poll_seconds: pollSeconds } = core.config.settings.intake;
  const cursor = createPollCursor(core.redis.forAnswers);
  return [
    { name: 'heartbeats', everyMs: minute, work: heartbeatWatch(core, alarms) },
    { name: 'poll', everyMs: pollSeconds * 1_000, work: poller(core, aws, alarms, cursor) },
    { name: 'settle', everyMs: minute, work: autoClose(core, aws, alarms) },
    checkpointWatch(core, aws, cursor),
    takeOverWatch(core, aws),
    followWatch(core, aws.training),
    postmortemWatch(core, aws, nameOf),
    readinessWatch(core, aws),
    { name: 'results', everyMs: minute, work: createArchiveWatch({ ...resultsOf(core), vault: aws.vault }) },
  ];
}

function resultsOf({ store, producer, unarchived, clock, log }: Core): Omit<ArchiveWatchDeps, 'vault'> {
  return { store, producer, unarchived, clock, log };
}

function poller(
  { config, clock, log, announce, store, tierOf }: Core,
  { polledState }: Pick<AwsAdapters, 'polledState'>,
  { handleAlarm, rules, heartbeats }: AlarmIntake,
  cursor: PollCursor,
): Repeated['work'] {
  return createPoller({
    aws: polledState,
    cursor,
    handleAlarm,
    rules,
    isOurs: (job) => tierOf(job) !== undefined,
    raisedInIncidents: async () => raisedIn(await loadOpen(store)),
    alive: async () => heartbeats.beat('poller', clock.now()),
    reportMissed: async ({ job, changedAt }) => {
      // Without a push source there is no push message that could be missing.
      if (config.alarmQueueUrl !== undefined) await announce(missedEvent(job, changedAt));
    },
    now: clock.now,
    log,
  });
}

function heartbeatWatch(
  { config, announce, clock, log }: Core,
  { heartbeats }: AlarmIntake,
): Repeated['work'] {
  return createHeartbeatWatch({
    heartbeats,
    expected: expectedSources(config),
    announce,
    now: clock.now,
    log,
  });
}

function raisedIn(incidents: readonly Incident[]): readonly string[] {
  const names = incidents.flatMap(({ alarms, alarmStates }) =>
    alarms
      .filter(({ source, name }) => source === 'cloudwatch-alarm' && alarmStates.get(name)?.state === 'ALARM')
      .map(({ name }) => name),
  );
  return [...new Set(names)];
}
