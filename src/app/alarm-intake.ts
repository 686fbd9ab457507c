import { createRush } from '../alarms/backpressure.ts';
import type { Desk } from '../alarms/handle-alarm.ts';
import type { Source } from '../alarms/watch/heartbeats.ts';
import type { Clients } from '../aws/clients.ts';
import { rulesIn } from '../config/tiers-and-rules.ts';
import type { Clock } from '../ports/ports.ts';
import type { Repeated } from '../queue/repeated.ts';
import { createFollow } from '../queue/steps/advance-later.ts';
import { createAlarmStates } from '../redis/last-alarm-states.ts';
import { createHeartbeats } from '../redis/last-heard.ts';
import { openDesk } from './alarm-desk.ts';
import type { Core } from './core.ts';
import { alarmWatches } from './watches.ts';

/** What takes alarms in, whatever path brings them, and looks after them. */
export interface AlarmSide {
  readonly desk: Desk;
  /** Something came from there. */
  readonly heard: (source: Source) => Promise<void>;
  readonly watches: readonly Repeated[];
  /** Resolves when every incident has acted on what was handed in. */
  readonly idle: () => Promise<void>;
}

const beatEveryMs = 10_000;

/** Silence is counted in minutes: not every message need be noted. */
function seldom(clock: Clock, beat: AlarmSide['heard']): AlarmSide['heard'] {
  const last = new Map<Source, number>();
  return async (source) => {
    if (clock.now() - (last.get(source) ?? 0) < beatEveryMs) return;
    last.set(source, clock.now());
    await beat(source);
  };
}

export function openAlarmSide(core: Core, clients: Clients): AlarmSide {
  const { config, redis, clock } = core;
  const states = createAlarmStates(redis.forAnswers);
  const heartbeats = createHeartbeats(redis.forAnswers);
  const rules = rulesIn(config.settings);
  const { counted, lull } = createRush();
  const { follow, idle } = createFollow({ ...core, lull });
  const desk = counted(openDesk(core, clients, { states, rules, follow }));
  return {
    desk,
    heard: seldom(clock, async (source) => heartbeats.beat(source, clock.now())),
    idle,
    watches: alarmWatches(core, clients, { desk, rules, states, heartbeats }),
  };
}
