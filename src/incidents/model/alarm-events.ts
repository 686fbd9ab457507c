import { redactText } from '../../sanitize/redaction.ts';
import type { Alarm, IncidentEvent } from './events.ts';
import type { Incident } from './incident.ts';

/** So often an alarm has changed in so short a time. */
export interface Flapping {
  readonly changes: number;
  readonly minutes: number;
}

/** Paths cut the fractions of a second in different ways. */
const sameMomentMs = 1_000;

/**
 * What an alarm adds to its incident's journal: every change once, by whatever path it came and however often; that
 * it flaps, once; and while it does, nothing.
 */
export function alarmEvents(
  { alarms, alarmStates }: Incident,
  reported: Alarm,
  type: 'alarm-joined' | 'alarm-cleared',
  flapping: Flapping | undefined,
): readonly IncidentEvent[] {
  // The journal knows the alarm by a name without secrets.
  const alarm = { ...reported, name: redactText(reported.name) };
  const standing = alarmStates.get(alarm.name);
  if (standing?.flapping === true) return [];
  const known =
    type === 'alarm-joined'
      ? alarms.some((one) => isSame(one, alarm))
      : standing === undefined || standing.state === 'OK' || standing.at > alarm.at;
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
