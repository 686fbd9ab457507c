import type { Redis } from 'ioredis';
import type { AlarmHandler, AlarmHandlerDeps } from '../../src/alarms/handle-alarm.ts';
import type { MutedAlarms } from '../../src/alarms/ports.ts';
import { type AlarmRule, builtInRules } from '../../src/alarms/rules.ts';
import { createAlarmIntake } from '../../src/app/alarm-intake.ts';
import type { Core } from '../../src/app/core.ts';
import { releaser } from '../../src/app/holds.ts';
import { autoClose } from '../../src/app/settle-watch.ts';
import type { Vault } from '../../src/audit/vault.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Announcement } from '../../src/incidents/announcement.ts';
import type { IdSet } from '../../src/incidents/holds/holds.ts';
import type { Intake } from '../../src/incidents/intake/intake.ts';
import type { IncidentStore } from '../../src/incidents/journal/store.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import type { OutageLimits } from '../../src/incidents/outage/failing-jobs.ts';
import type { Training } from '../../src/ports/ports.ts';
import type { DeadLetters } from '../../src/redis/dead-letters.ts';
import { createTestCore } from '../support/core.ts';
import { aJob } from '../support/fake-ports.ts';

const region = 'us-east-1';
export const minute = 60_000;
/** The start of the tests. */
export const began = Date.parse('2026-11-24T03:00:00Z');

/** The alarm handler as `app/` builds it, with its journal in a real Redis; the test sets the clock. */
export interface AnAlarmHandler {
  readonly handleAlarm: AlarmHandler;
  readonly store: IncidentStore;
  readonly deadLetters: DeadLetters;
  readonly mutedAlarms: MutedAlarms;
  readonly settle: () => Promise<void>;
  /** Opens threads that are no longer held back. */
  readonly release: () => Promise<void>;
  /** Notices in the channel that belong to no incident. */
  readonly said: Announcement[];
  readonly silenced: IdSet;
  /** The intake behind `/relight start`. */
  readonly intake: Intake;
  readonly clock: { at: number };
  /** Jobs that SageMaker says have failed. */
  readonly broken: Set<string>;
  /** The incidents that were to act on what was recorded, each time. */
  readonly followed: string[];
  readonly open: () => Promise<readonly Incident[]>;
  readonly all: () => Promise<readonly Incident[]>;
}

export interface HandlerOptions {
  readonly rules?: readonly AlarmRule[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly classify?: AlarmHandlerDeps['classify'];
  readonly maintenance?: Settings['maintenance'];
  readonly vault?: Vault;
  /** When failing jobs become one incident; default: as in relight.example.yaml. */
  readonly outages?: OutageLimits;
}

export function createAnAlarmHandler(redis: Redis, changes: HandlerOptions = {}): AnAlarmHandler {
  const clock = { at: began };
  const broken = new Set<string>();
  const followed: string[] = [];
  const said: Announcement[] = [];
  const core: Core = {
    ...createTestCore(redis, { clock: { now: () => clock.at }, settings: settingsWith(changes) }),
    advance: async () => undefined,
    announce: async (one) => {
      if (!said.some(({ id }) => id === one.id)) said.push(one);
    },
  };
  const alarms = createAlarmIntake(
    core,
    { alarmTags: async () => changes.tags ?? {}, account: async () => '123456789012', vault: changes.vault },
    {
      rules: [...(changes.rules ?? []), ...builtInRules],
      classify: changes.classify ?? (() => 'unknown'),
      advanceLater: (incident) => void followed.push(incident),
    },
  );
  const { store, deadLetters, mutedAlarms, holds } = core;
  const load = async (which: 'open' | 'all'): Promise<readonly Incident[]> =>
    Promise.all((await store.ids(which)).map((id) => store.load(id)));
  return {
    handleAlarm: alarms.handleAlarm,
    store,
    deadLetters,
    mutedAlarms,
    settle: autoClose(core, { training: sagemakerWith(broken) }, alarms),
    release: releaser(core),
    said,
    silenced: holds.silenced,
    intake: core.intake,
    clock,
    broken,
    followed,
    open: async () => load('open'),
    all: async () => load('all'),
  };
}

function settingsWith({ maintenance = [], outages }: HandlerOptions): (example: Settings) => Settings {
  return (example) => ({
    ...example,
    maintenance,
    intake: { ...example.intake, ...(outages !== undefined && { system_failure: outages }) },
  });
}

/** Jobs are training unless the test marked them as broken. */
function sagemakerWith(broken: ReadonlySet<string>): Pick<Training, 'describe'> {
  return {
    describe: async (name) =>
      aJob(
        broken.has(name)
          ? { name, status: 'Failed', secondaryStatus: 'Failed' }
          : { name, status: 'InProgress', secondaryStatus: 'Training' },
      ),
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
