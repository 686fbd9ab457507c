import { createBackpressure } from '../alarms/backpressure.ts';
import type { AlarmHandler } from '../alarms/handle-alarm.ts';
import type { HeartbeatSource } from '../alarms/watch/heartbeats.ts';
import type { Clients } from '../aws/clients.ts';
import { rulesIn } from '../config/tiers-and-rules.ts';
import type { Clock } from '../ports/ports.ts';
import type { Repeated } from '../queue/repeated.ts';
import { createAdvanceLater } from '../queue/steps/advance-later.ts';
import { createAlarmStates } from '../redis/last-alarm-states.ts';
import { createHeartbeats } from '../redis/last-heard.ts';
import { openAlarmHandler } from './alarm-desk.ts';
import type { Core } from './core.ts';
import { alarmWatches } from './watches.ts';

/** What takes alarms in, whatever path brings them, and looks after them. */
export interface AlarmIntake {
  readonly handleAlarm: AlarmHandler;
  /** Something came from there. */
  readonly heard: (source: HeartbeatSource) => Promise<void>;
  readonly watches: readonly Repeated[];
  /** Resolves when every incident has acted on what was handed in. */
  readonly idle: () => Promise<void>;
}

const beatEveryMs = 10_000;

/** Silence is counted in minutes: not every message need be noted. */
function seldom(clock: Clock, beat: AlarmIntake['heard']): AlarmIntake['heard'] {
  const last = new Map<HeartbeatSource, number>();
  return async (source) => {
    if (clock.now() - (last.get(source) ?? 0) < beatEveryMs) return;
    last.set(source, clock.now());
    await beat(source);
  };
}

export function openAlarmIntake(core: Core, clients: Clients): AlarmIntake {
  const { config, redis, clock } = core;
  const states = createAlarmStates(redis.forAnswers);
  const heartbeats = createHeartbeats(redis.forAnswers);
  const rules = rulesIn(config.settings);
  const { tracked, whenIdle } = createBackpressure();
  const { advanceLater: advanceLater, idle } = createAdvanceLater({ ...core, whenIdle: whenIdle });
  const handleAlarm = tracked(openAlarmHandler(core, clients, { states, rules, advanceLater }));
  return {
    handleAlarm,
    heard: seldom(clock, async (source) => heartbeats.beat(source, clock.now())),
    idle,
    watches: alarmWatches(core, clients, { handleAlarm: handleAlarm, rules, states, heartbeats }),
  };
}
