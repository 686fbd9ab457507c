import type { Alarm, IncidentEvent } from './events.ts';

/** How an alarm of an incident stands. */
export interface AlarmState {
  readonly state: 'ALARM' | 'OK';
  /** Since when, in ms. */
  readonly at: number;
  /** Its changes are not noted any more: what stands here is how it was before. */
  readonly flapping: boolean;
}

/** By the alarm's name; a map, since a name may be `__proto__`. */
export type AlarmStates = ReadonlyMap<string, AlarmState>;

/** The alarms of an incident, and how each of them stands. */
interface Alarms {
  readonly alarms: readonly Alarm[];
  readonly alarmStates: AlarmStates;
}

export function raised(states: AlarmStates, { name, at }: Alarm): AlarmStates {
  return become(states, name, 'ALARM', at);
}

const alarmEvents = ['alarm-joined', 'alarm-cleared', 'alarm-flapping', 'alarm-settled'] as const;
export type AlarmEvent = Extract<IncidentEvent, { type: (typeof alarmEvents)[number] }>;

export function isAlarmEvent(event: IncidentEvent): event is AlarmEvent {
  return alarmEvents.some((type) => type === event.type);
}

export function afterAlarmEvent({ alarms, alarmStates: states }: Alarms, event: AlarmEvent): Alarms {
  switch (event.type) {
    case 'alarm-joined':
      return { alarms: [...alarms, event.alarm], alarmStates: raised(states, event.alarm) };
    case 'alarm-cleared':
      return { alarms, alarmStates: become(states, event.alarm.name, 'OK', event.alarm.at) };
    case 'alarm-flapping':
      return { alarms, alarmStates: flapping(states, event.name) };
    case 'alarm-settled': {
      const { name, state, at } = event;
      return { alarms, alarmStates: new Map(states).set(name, { state, at, flapping: false }) };
    }
  }
}

function flapping(states: AlarmStates, name: string): AlarmStates {
  const state = states.get(name);
  return state === undefined ? states : new Map(states).set(name, { ...state, flapping: true });
}

/** News may come in any order: the later change tells how it stands. */
function become(states: AlarmStates, name: string, state: AlarmState['state'], at: number): AlarmStates {
  const before = states.get(name);
  if (before !== undefined && before.at > at) return states;
  return new Map(states).set(name, { state, at, flapping: before?.flapping ?? false });
}

/** What tells by itself when it is over. That a job has failed stays true, whatever its alarms say later. */
const clearing: ReadonlySet<Alarm['source']> = new Set(['cloudwatch-alarm']);

/** Every alarm has been OK for so long, none flaps, and nobody has begun anything: it may be over by itself. */
export function isCalm(
  { alarms, alarmStates, touched }: Alarms & { readonly touched: boolean },
  since: number,
): boolean {
  return (
    !touched &&
    alarms.every(({ source }) => clearing.has(source)) &&
    [...alarmStates.values()].every(({ state, at, flapping }) => state === 'OK' && at <= since && !flapping)
  );
}
