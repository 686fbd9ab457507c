import { createAutoClose } from '../alarms/watch/auto-close.ts';
import { createHeartbeatWatch, type HeartbeatSource, missedEvent } from '../alarms/watch/heartbeats.ts';
import { createPoller } from '../alarms/watch/poller.ts';
import { createRpoWatch } from '../alarms/watch/rpo-watch.ts';
import { newestComplete } from '../checkpoints/grading/newest-complete.ts';
import type { Config } from '../config/environment.ts';
import { OpsError } from '../errors.ts';
import { createWarnings } from '../incidents/intake/warnings.ts';
import type { Incident } from '../incidents/model/incident.ts';
import { mergeInto } from '../incidents/outage/affected-jobs.ts';
import type { Training } from '../ports/ports.ts';
import type { Repeated } from '../queue/repeated.ts';
import { createPollCursor } from '../redis/poll-cursor.ts';
import { createUnreadableLooks } from '../redis/unreadable-looks.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import type { AwsAdapters } from './aws-adapters.ts';
import type { Core } from './core.ts';
import { takeOverWatch } from './take-over-watch.ts';

const minute = 60_000;

/** Everything that looks at AWS on a schedule, in one process at a time. */
export function createWatches(core: Core, aws: AwsAdapters, alarms: AlarmIntake): readonly Repeated[] {
  const { poll_seconds: pollSeconds } = core.config.settings.intake;
  const cursor = createPollCursor(core.redis.forAnswers);
  return [
    { name: 'heartbeats', everyMs: minute, work: heartbeatWatch(core, alarms) },
    { name: 'poll', everyMs: pollSeconds * 1_000, work: poller(core, aws, alarms, cursor) },
    { name: 'settle', everyMs: minute, work: autoClose(core, aws, alarms) },
    rpoWatch(core, aws, cursor),
    takeOverWatch(core, aws),
  ];
}

type Cursor = ReturnType<typeof createPollCursor>;

function poller(
  { config, clock, log, announce, store, tierOf }: Core,
  { polledState }: Pick<AwsAdapters, 'polledState'>,
  { handleAlarm, rules, heartbeats }: AlarmIntake,
  cursor: Cursor,
): Repeated['work'] {
  return createPoller({
    aws: polledState,
    cursor,
    handleAlarm,
    rules,
    isOurs: (job) => tierOf(job) !== undefined,
    raisedInIncidents: async () => raisedIn(await openIncidents(store)),
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

/** Closes incidents whose alarms have cleared. */
export function autoClose(
  { config, clock, store, advance, log }: Core,
  { training }: { readonly training: Pick<Training, 'describe'> },
  { states }: Pick<AlarmIntake, 'states'>,
): Repeated['work'] {
  const { flapping, settle_minutes: okMinutes } = config.settings.intake;
  return createAutoClose({
    store,
    states,
    advance,
    log,
    flapping,
    okMinutes,
    merge: (incident) => mergeInto({ store, region: config.region, advance }, incident),
    isBroken: (incident) => isBroken(training, incident),
    now: clock.now,
  });
}

const maxJobs = 1_000;

/** Checks whether running jobs save checkpoints often enough for their RPO. */
function rpoWatch(core: Core, { region, training, checkpoints }: AwsAdapters, cursor: Cursor): Repeated {
  const { config, redis, clock, log, store, advance, tierOf } = core;
  const everyMs = config.settings.intake.rpo_seconds * 1_000;
  const watch = createRpoWatch({
    tierOf,
    runningJobs: () => region.running(maxJobs),
    describe: training.describe,
    newest: async (job, known) =>
      (await newestComplete(job, { checkpoints, now: clock.now(), known })).complete,
    report: async (report) => reportTo(core, report),
    warnings: createWarnings({ store, advance }),
    unreadable: createUnreadableLooks(redis.forAnswers),
    now: clock.now,
    log,
  });
  return {
    name: 'rpo',
    everyMs,
    work: async () => {
      // Skip the first cycle, so that a fresh install does not open a thread per running job.
      const first = await cursor.startedAt(clock.now());
      if (clock.now() - first >= everyMs) await watch.check();
    },
  };
}

async function reportTo(
  { intake, planFor, advance, wake }: Core,
  report: Omit<Parameters<Core['intake']>[0], 'plan'>,
): Promise<void> {
  const { incident, outcome } = await intake({ ...report, plan: planFor(report.kind) });
  await advance(incident.id);
  if (outcome === 'joined') await wake(incident.id);
}

function expectedSources({ alarmQueueUrl, settings }: Config): ReadonlyMap<HeartbeatSource, number> {
  const { sqs, sns, poller } = settings.intake.silent_minutes;
  return new Map<HeartbeatSource, number>([
    ['poller', poller],
    ...(alarmQueueUrl === undefined ? [] : [['sqs', sqs] as const]),
    ...(sns === undefined ? [] : [['sns', sns] as const]),
  ]);
}

async function openIncidents(store: Core['store']): Promise<readonly Incident[]> {
  return Promise.all((await store.ids('open')).map((id) => store.load(id)));
}

function raisedIn(incidents: readonly Incident[]): readonly string[] {
  const names = incidents.flatMap(({ alarms, alarmStates }) =>
    alarms
      .filter(({ source, name }) => source === 'cloudwatch-alarm' && alarmStates.get(name)?.state === 'ALARM')
      .map(({ name }) => name),
  );
  return [...new Set(names)];
}

/** An endpoint is judged by its alarms alone; a failed job stays failed whatever its alarms say. */
async function isBroken(training: Pick<Training, 'describe'>, incident: Incident): Promise<boolean> {
  if (incident.kind === 'model_degraded') return false;
  // One job that is down keeps an incident about many jobs open.
  for (const job of incident.affectedJobs.length === 0
    ? [incident.subject]
    : incident.affectedJobs.map((row) => row.job))
    if (await isDown(training, job)) return true;
  return false;
}

async function isDown(training: Pick<Training, 'describe'>, job: string): Promise<boolean> {
  try {
    const { status } = await training.describe(job);
    return status === 'Failed' || status === 'Stopped';
  } catch (thrown) {
    if (thrown instanceof OpsError && thrown.code === 'job-not-found') return false;
    throw thrown;
  }
}
