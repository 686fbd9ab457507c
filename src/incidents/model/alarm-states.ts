import { redactText } from '../../sanitize/redaction.ts';
import type { Alarm, IncidentEvent } from './events.ts';

/** `at`: when it entered this state, in ms. */
export interface AlarmState {
  readonly state: 'ALARM' | 'OK';
  readonly at: number;
  /** While true, changes are not recorded: `state` is from before the alarm started flapping. */
  readonly flapping: boolean;
}

/** By alarm name. A Map, because an alarm may be named `__proto__`. */
export type AlarmStates = ReadonlyMap<string, AlarmState>;

interface Alarms {
  readonly alarms: readonly Alarm[];
  readonly alarmStates: AlarmStates;
}

/** How many changes, within how many minutes, count as flapping. */
export interface Flapping {
  readonly changes: number;
  readonly minutes: number;
}

/** The paths that deliver an alarm truncate fractions of a second differently. */
const sameMomentMs = 1_000;

/**
 * The events that an alarm adds to its incident's journal. Each change is recorded once, whichever path delivers it and
 * however often. That the alarm flaps is recorded once, and no further changes while it does.
 */
export function alarmEvents(
  { alarms, alarmStates }: Alarms,
  reported: Alarm,
  type: 'alarm-joined' | 'alarm-cleared',
  flapping: Flapping | undefined,
): readonly IncidentEvent[] {
  // The journal stores the alarm's name without secrets.
  const alarm = { ...reported, name: redactText(reported.name) };
  const current = alarmStates.get(alarm.name);
  if (current?.flapping === true) return [];
  const known =
    type === 'alarm-joined'
      ? alarms.some((one) => isSame(one, alarm))
      : current === undefined || current.state === 'OK' || current.at > alarm.at;
  if (known) return [];
  const { name } = alarm;
  return [
    { type, alarm },
    ...(flapping === undefined ? [] : [{ type: 'alarm-flapping' as const, name, ...flapping }]),
  ];
}

function isSame(one: Alarm, other: Alarm): boolean {
  return (
    one.source === other.source &&
    one.name === other.name &&
    one.job === other.job &&
    Math.abs(one.at - other.at) < sameMomentMs
  );
}

export function raised(states: AlarmStates, { name, at }: Alarm): AlarmStates {
  return withState(states, name, 'ALARM', at);
}

const alarmEventTypes = ['alarm-joined', 'alarm-cleared', 'alarm-flapping', 'alarm-settled'] as const;
export type AlarmEvent = Extract<IncidentEvent, { type: (typeof alarmEventTypes)[number] }>;

export function isAlarmEvent(event: IncidentEvent): event is AlarmEvent {
  return alarmEventTypes.some((type) => type === event.type);
}

export function afterAlarmEvent({ alarms, alarmStates: states }: Alarms, event: AlarmEvent): Alarms {
  switch (event.type) {
    case 'alarm-joined':
      return { alarms: [...alarms, event.alarm], alarmStates: raised(states, event.alarm) };
    case 'alarm-cleared':
      return { alarms, alarmStates: withState(states, event.alarm.name, 'OK', event.alarm.at) };
    case 'alarm-flapping':
      return { alarms, alarmStates: withFlapping(states, event.name) };
    case 'alarm-settled': {
      const { name, state, at } = event;
      return { alarms, alarmStates: new Map(states).set(name, { state, at, flapping: false }) };
    }
  }
}

function withFlapping(states: AlarmStates, name: string): AlarmStates {
  const state = states.get(name);
  return state === undefined ? states : new Map(states).set(name, { ...state, flapping: true });
}

/** Changes may arrive in any order: the one with the latest time wins. */
function withState(states: AlarmStates, name: string, state: AlarmState['state'], at: number): AlarmStates {
  const before = states.get(name);
  if (before !== undefined && before.at > at) return states;
  return new Map(states).set(name, { state, at, flapping: before?.flapping ?? false });
}

/** Alarm sources that report their own end. A job's failure stays true, whatever its alarms say later. */
const clearing: ReadonlySet<Alarm['source']> = new Set(['cloudwatch-alarm']);

/** Whether all alarms have been OK since before `since`, none flaps, and nobody has started work. */
export function isCleared(
  { alarms, alarmStates, touched }: Alarms & { readonly touched: boolean },
  since: number,
): boolean {
  return (
    !touched &&
    alarms.every(({ source }) => clearing.has(source)) &&
    [...alarmStates.values()].every(({ state, at, flapping }) => state === 'OK' && at <= since && !flapping)
  );
}
