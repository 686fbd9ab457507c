import type { Express } from 'express';
import { createBackpressure } from '../alarms/backpressure.ts';
import {
  type AlarmHandler,
  type AlarmHandlerDeps,
  createAlarmHandler,
  type DeadLetterQueue,
} from '../alarms/handle-alarm.ts';
import type { AlarmStates } from '../alarms/ports.ts';
import type { AlarmRule } from '../alarms/rules.ts';
import { createCertificates } from '../alarms/sns/certificates.ts';
import { addSnsRoute, type SnsDeps } from '../alarms/sns/webhook.ts';
import type { HeartbeatSource, Heartbeats } from '../alarms/watch/heartbeats.ts';
import { createConfirmSubscription } from '../aws/alarms/sns-topics.ts';
import type { Clients } from '../aws/clients.ts';
import { rulesIn } from '../config/tiers-and-rules.ts';
import { classifyEnd } from '../diagnosis/classify-failure.ts';
import { openIncident } from '../incidents/intake/incident-ids.ts';
import { createSingleIntake, type Intake } from '../incidents/intake/intake.ts';
import { createGroupedIntake } from '../incidents/outage/outages.ts';
import type { Clock } from '../ports/ports.ts';
import { createAdvanceLater } from '../queue/steps/advance-later.ts';
import { createSeenMessages } from '../redis/first-claim.ts';
import { createAlarmStates } from '../redis/last-alarm-states.ts';
import { createHeartbeats } from '../redis/last-heard.ts';
import type { Core } from './core.ts';
import type { AwsAdapters } from './steps/aws-adapters.ts';

/** Alarm intake: one handler for every path, and the state that the watches share with it. */
export interface AlarmIntake {
  readonly handleAlarm: AlarmHandler;
  /** Notes that a source is alive. */
  readonly heard: (source: HeartbeatSource) => Promise<void>;
  readonly states: AlarmStates;
  readonly heartbeats: Heartbeats;
  readonly rules: readonly AlarmRule[];
  /** Resolves once every incident has been advanced for the alarms handled so far. */
  readonly idle: () => Promise<void>;
}

/** `replaced`: tests put their own rules and classifier here. */
export function createAlarmIntake(
  core: Core,
  { alarmTags, account, vault }: Pick<AwsAdapters, 'alarmTags' | 'account' | 'vault'>,
  replaced: Partial<Pick<AlarmHandlerDeps, 'rules' | 'classify' | 'advanceLater'>> = {},
): AlarmIntake {
  const { config, redis, clock, store, launches, clearAlarm, planFor, advance, wake, log } = core;
  const { region, settings } = config;
  const states = createAlarmStates(redis.forAnswers);
  const heartbeats = createHeartbeats(redis.forAnswers);
  const { rules = rulesIn(settings), classify = classifyEnd } = replaced;
  const { tracked, whenIdle } = createBackpressure();
  const later = createAdvanceLater({ advance, wake, whenIdle, log });
  const { advanceLater = later.advanceLater } = replaced;
  const handleAlarm = createAlarmHandler({
    region,
    account,
    rules,
    classify,
    states,
    muted: core.mutedAlarms,
    flapping: settings.intake.flapping,
    tagsOf: alarmTags,
    intake: groupedIntake(core, advanceLater),
    clearAlarm,
    planFor,
    advanceLater,
    openIncidentOf: async (job) =>
      (await launches.incidentOf(job)) ?? (await openIncident({ store, region }, job)),
    deadLetters: archiving(core, vault),
    now: clock.now,
    log,
  });
  const heard = throttled(clock, async (source) => heartbeats.beat(source, clock.now()));
  return { handleAlarm: tracked(handleAlarm), heard, states, heartbeats, rules, idle: later.idle };
}

/** Keeps the number of dead letters bounded: the oldest move to the vault, and without one to the log. */
function archiving({ deadLetters, log }: Core, vault: AwsAdapters['vault']): DeadLetterQueue {
  return {
    keep: async (message) => {
      await deadLetters.keep(message);
      await deadLetters.archiveOldest(async (letter) => {
        if (vault === undefined)
          log.warn(letter, 'too many dead letters: the oldest is only in this log now');
        else await vault.writeDeadLetter(letter.id, letter.at, letter);
      });
    },
  };
}

/** Groups alarms about many jobs into one incident; what people start by command stays an incident of its own. */
function groupedIntake(core: Core, advanceLater: (incident: string) => void): Intake {
  const { config, store, holds, failing, launches, planFor, tierOf } = core;
  const { region, settings } = config;
  return createGroupedIntake({
    store,
    region,
    holds,
    failing,
    single: createSingleIntake({ store, region, tierOf, holds }),
    limits: settings.intake.system_failure,
    tierOf,
    incidentOf: launches.incidentOf,
    plan: () => planFor('system_failure'),
    advance: async (incident) => advanceLater(incident),
  });
}

const beatEveryMs = 10_000;

/** Missed heartbeats are counted in minutes, so one write per source every 10 s is enough. */
function throttled(clock: Clock, beat: AlarmIntake['heard']): AlarmIntake['heard'] {
  const last = new Map<HeartbeatSource, number>();
  return async (source) => {
    if (clock.now() - (last.get(source) ?? 0) < beatEveryMs) return;
    last.set(source, clock.now());
    await beat(source);
  };
}

/** Fetches the certificate of a signature; tests sign with their own key. */
export type Certificate = SnsDeps['certificate'];

/** Adds the route `/alarms/sns` if relight.yaml names topics. */
export function openSnsRoute(
  { config, redis, clock, log }: Core,
  clients: Pick<Clients, 'sns'>,
  { handleAlarm, heard }: AlarmIntake,
  http: { readonly app: Express; readonly certificate?: Certificate | undefined },
): void {
  const { sns } = config.settings;
  if (sns === undefined) return;
  addSnsRoute(http.app, {
    topics: new Set(sns.topics),
    confirm: sns.confirm_subscriptions,
    certificate: http.certificate ?? createCertificates(),
    confirmSubscription: createConfirmSubscription(clients.sns),
    seen: createSeenMessages(redis.forAnswers),
    record: async ({ id, body }) => {
      await handleAlarm({ id, body, path: 'sns' });
      await heard('sns');
    },
    now: clock.now,
    log,
  });
}
