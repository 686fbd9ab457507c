import { openDesk } from './alarm-desk.ts';
import { rulesIn } from './alarm-rules.ts';
import { alarmWatches } from './alarm-watches.ts';
import type { Desk } from './alarms/desk.ts';
import type { Source } from './alarms/heartbeats.ts';
import type { Clients } from './aws/clients.ts';
import type { Core } from './core.ts';
import { createHeartbeatStore } from './queue/heartbeats.ts';
import { createLastChanges } from './queue/last-changes.ts';
import type { Repeated } from './queue/repeated.ts';

/** What takes alarms in, whatever path brings them, and looks after them. */
export interface AlarmSide {
  readonly desk: Desk;
  /** Something came from there. */
  readonly heard: (source: Source) => Promise<void>;
  readonly watches: readonly Repeated[];
}

export function openAlarmSide(core: Core, clients: Clients): AlarmSide {
  const { config, redis, clock } = core;
  const states = createLastChanges(redis.forAnswers);
  const pulse = createHeartbeatStore(redis.forAnswers);
  const rules = rulesIn(config.settings);
  const desk = openDesk(core, clients, { states, rules });
  return {
    desk,
    heard: async (source) => pulse.beat(source, clock.now()),
    watches: alarmWatches(core, clients, { desk, rules, states, pulse }),
  };
}
