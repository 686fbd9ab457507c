import type { Redis } from 'ioredis';
import { pino } from 'pino';
import {
  type AlarmHandler,
  type AlarmHandlerDeps,
  createAlarmHandler,
} from '../../src/alarms/handle-alarm.ts';
import { type AlarmRule, builtInRules } from '../../src/alarms/rules.ts';
import { createAutoClose } from '../../src/alarms/watch/auto-close.ts';
import { openHolds, releaser } from '../../src/app/holds.ts';
import { genesis, seal } from '../../src/audit/chain.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Announcement } from '../../src/incidents/announcement.ts';
import type { IdSet } from '../../src/incidents/holds/holds.ts';
import { createClearAlarm } from '../../src/incidents/intake/alarm-cleared.ts';
import { openIncident } from '../../src/incidents/intake/incident-ids.ts';
import { createIntake, createSingleIntake, type Intake } from '../../src/incidents/intake/intake.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { mergeInto } from '../../src/incidents/outage/affected-jobs.ts';
import type { OutageLimits } from '../../src/incidents/outage/failing-jobs.ts';
import { createGroupedIntake } from '../../src/incidents/outage/outages.ts';
import { createDeadLetters, type DeadLetters } from '../../src/redis/dead-letters.ts';
import { createIdSet } from '../../src/redis/id-set.ts';
import { createAlarmStates } from '../../src/redis/last-alarm-states.ts';
import { createLaunches } from '../../src/redis/launches.ts';
import { createFailingJobs } from '../../src/redis/recent-failures.ts';

const region = 'us-east-1';
export const minute = 60_000;
const day = 24 * 60 * minute;
/** When the tests begin. */
export const began = Date.parse('2026-11-24T03:00:00Z');

/** The desk with its journal and its memory in a real Redis; the clock stands where the test puts it. */
export interface AnAlarmHandler {
  readonly handleAlarm: AlarmHandler;
  readonly store: IncidentStore;
  readonly deadLetters: DeadLetters;
  readonly settle: () => Promise<void>;
  /** Opens the threads that nothing holds back any more. */
  readonly release: () => Promise<void>;
  /** What was said in the channel that is about no incident. */
  readonly said: Announcement[];
  readonly silenced: IdSet;
  /** What the desk and people's commands share. */
  readonly intake: Intake;
  readonly clock: { at: number };
  /** Jobs that SageMaker says have failed. */
  readonly broken: Set<string>;
  /** The incidents that were to act on what was recorded, each time. */
  readonly followed: string[];
  readonly open: () => Promise<readonly Incident[]>;
  readonly all: () => Promise<readonly Incident[]>;
}

const tiers = [
  { name: 'gold', rank: 0, rtoMinutes: 60, rpoMinutes: 30 },
  { name: 'bronze', rank: 1, rtoMinutes: 240, rpoMinutes: 120 },
];

export interface HandlerOptions {
  readonly rules?: readonly AlarmRule[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly classify?: AlarmHandlerDeps['classify'];
  readonly maintenance?: Settings['maintenance'];
  /** Left out: every job has an incident of its own. */
  readonly outages?: OutageLimits;
}

export function createAnAlarmHandler(redis: Redis, changes: HandlerOptions = {}): AnAlarmHandler {
  const clock = { at: began };
  const now = (): number => clock.at;
  const store = createIncidentStore(redis, { genesis, seal }, { now });
  const { incidentOf } = createLaunches(redis);
  const states = createAlarmStates(redis);
  const failing = createFailingJobs(redis);
  const deadLetters = createDeadLetters(redis);
  const flapping = { changes: 6, minutes: 15 };
  const log = pino({ level: 'silent' });
  const advance = async (): Promise<void> => undefined;
  const broken = new Set<string>();
  const followed: string[] = [];
  const said: Announcement[] = [];
  const announce = async (one: Announcement): Promise<void> => {
    if (!said.some(({ id }) => id === one.id)) said.push(one);
  };
  const tierOf = (job: string) => tiers.find(({ name }) => job.startsWith(`srl-rlvr-${name}-`));
  const idClock = { now };
  const holds = openHolds({
    settings: { maintenance: changes.maintenance ?? [] },
    store,
    clock: idClock,
    held: createIdSet(redis, idClock, 'held', 30 * day),
    silenced: createIdSet(redis, idClock, 'snoozed', 2 * day),
  });
  const single = createIntake({ store, region, tierOf, incidentOf, holds });
  const intake =
    changes.outages === undefined
      ? single
      : createGroupedIntake({
          single: createSingleIntake({ store, region, tierOf, holds }),
          store,
          region,
          failing,
          limits: changes.outages,
          tierOf,
          incidentOf,
          plan: () => undefined,
          holds,
          advance,
        });
  const handleAlarm = createAlarmHandler({
    region,
    rules: [...(changes.rules ?? []), ...builtInRules],
    classify: changes.classify ?? (() => 'unknown'),
    states,
    flapping,
    tagsOf: async () => changes.tags ?? {},
    intake,
    clearAlarm: createClearAlarm({ store, region, incidentOf, outageOf: failing.outageOf }),
    planFor: () => undefined,
    advanceLater: (incident) => void followed.push(incident),
    openIncidentOf: (job) => openIncident({ store, region }, job),
    deadLetters,
    now,
    log,
  });
  const settle = createAutoClose({
    store,
    states,
    flapping,
    okMinutes: 5,
    merge: (incident) => mergeInto({ store, region, advance }, incident),
    isBroken: async ({ subject }) => broken.has(subject),
    advance,
    now,
    log,
  });
  const load = async (which: 'open' | 'all'): Promise<readonly Incident[]> =>
    Promise.all((await store.ids(which)).map((id) => store.load(id)));
  return {
    handleAlarm,
    store,
    deadLetters,
    settle,
    release: releaser({ store, holds, clock: idClock, announce, advance, log }),
    said,
    silenced: holds.silenced,
    intake,
    clock,
    broken,
    followed,
    open: async () => load('open'),
    all: async () => load('all'),
  };
}

/** An alarm as CloudWatch publishes it, by SNS. */
export function anAlarm(
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA',
  at: number,
  { job = 'srl-rlvr-gold-1', name = `TrainingJobInterrupted-${job}` }: { job?: string; name?: string } = {},
): string {
  return JSON.stringify({
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:${region}:123456789012:alarm:${name}`,
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
    Trigger: { Dimensions: [{ name: 'Host', value: `${job}/algo-1` }] },
  });
}

/** A training job's state change, as EventBridge announces it. */
export function aJobEvent(status: string, secondary: string, at: number, job = 'srl-rlvr-gold-1'): string {
  const arn = `arn:aws:sagemaker:${region}:123456789012:training-job/${job}`;
  return JSON.stringify({
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Training Job State Change',
    time: new Date(at).toISOString(),
    resources: [arn],
    detail: {
      TrainingJobName: job,
      TrainingJobArn: arn,
      TrainingJobStatus: status,
      SecondaryStatus: secondary,
      LastModifiedTime: at,
      ...(status === 'InProgress' ? {} : { TrainingEndTime: at }),
    },
  });
}
