import type { AlarmHandler } from '../alarms/handle-alarm.ts';
import type { AlarmStates } from '../alarms/ports.ts';
import type { AlarmRule } from '../alarms/rules.ts';
import { createAutoClose } from '../alarms/watch/auto-close.ts';
import {
  createHeartbeatWatch,
  type HeartbeatSource,
  type Heartbeats,
  missedEvent,
} from '../alarms/watch/heartbeats.ts';
import { createPoller } from '../alarms/watch/poller.ts';
import { createPolledState } from '../aws/alarms/asked-state.ts';
import type { Clients } from '../aws/clients.ts';
import { createTraining } from '../aws/training/training.ts';
import type { Config } from '../config/environment.ts';
import { tierFinder } from '../config/tiers-and-rules.ts';
import { OpsError } from '../errors.ts';
import type { Incident } from '../incidents/model/incident.ts';
import { mergeInto } from '../incidents/outage/affected-jobs.ts';
import type { Training } from '../ports/ports.ts';
import type { Repeated } from '../queue/repeated.ts';
import { createPollCursor } from '../redis/poll-cursor.ts';
import { rpoWatch } from './alarm-rpo.ts';
import type { Core } from './core.ts';
import { tookOverWatch } from './take-over-watch.ts';

const minute = 60_000;

interface Parts {
  readonly handleAlarm: AlarmHandler;
  readonly rules: readonly AlarmRule[];
  readonly states: AlarmStates;
  readonly heartbeats: Heartbeats;
}

/** What looks at alarms again and again, in one process among all. */
export function alarmWatches(core: Core, clients: Clients, parts: Parts): readonly Repeated[] {
  const { poll_seconds: pollSeconds } = core.config.settings.intake;
  return [
    { name: 'heartbeats', everyMs: minute, work: silenceWatch(core, parts) },
    { name: 'poll', everyMs: pollSeconds * 1_000, work: poller(core, clients, parts) },
    { name: 'settle', everyMs: minute, work: settle(core, clients, parts) },
    rpoWatch(core, clients),
    tookOverWatch(core, clients),
  ];
}

function poller(
  core: Core,
  clients: Clients,
  { handleAlarm: handleAlarm, rules, heartbeats }: Parts,
): Repeated['work'] {
  const { config, redis, clock, log, announce } = core;
  const tierOf = tierFinder(config.settings.tiers);
  return createPoller({
    aws: createPolledState(clients),
    cursor: createPollCursor(redis.forAnswers),
    handleAlarm,
    rules,
    isOurs: (job) => tierOf(job) !== undefined,
    raisedInIncidents: async () => raisedIn(await openIncidents(core)),
    alive: async () => heartbeats.beat('poller', clock.now()),
    reportMissed: async ({ job, changedAt }) => {
      // Without a push to be expected there is none to be missed.
      if (config.alarmQueueUrl !== undefined) await announce(missedEvent(job, changedAt));
    },
    now: clock.now,
    log,
  });
}

function silenceWatch({ config, announce, clock, log }: Core, { heartbeats }: Parts): Repeated['work'] {
  return createHeartbeatWatch({
    heartbeats,
    expected: expectedSources(config),
    announce,
    now: clock.now,
    log,
  });
}

function settle(core: Core, clients: Clients, { states }: Parts): Repeated['work'] {
  const { config, clock, store, advance, log } = core;
  const { flapping, settle_minutes: okMinutes } = config.settings.intake;
  const training = createTraining(clients.sagemaker, log);
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

function expectedSources({ alarmQueueUrl, settings }: Config): ReadonlyMap<HeartbeatSource, number> {
  const { sqs, sns, poller } = settings.intake.silent_minutes;
  return new Map<HeartbeatSource, number>([
    ['poller', poller],
    ...(alarmQueueUrl === undefined ? [] : [['sqs', sqs] as const]),
    ...(sns === undefined ? [] : [['sns', sns] as const]),
  ]);
}

async function openIncidents({ store }: Pick<Core, 'store'>): Promise<readonly Incident[]> {
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

/** Of an endpoint its alarms are all that is known; a job that has failed stays failed, whatever its alarms say. */
async function isBroken(training: Pick<Training, 'describe'>, incident: Incident): Promise<boolean> {
  if (incident.kind === 'model_degraded') return false;
  // Of many jobs one is enough: the incident must not close while it is down.
  for (const job of incident.board.length === 0 ? [incident.subject] : incident.board.map((row) => row.job))
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
