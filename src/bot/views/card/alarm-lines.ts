import type { Incident } from '../../../incidents/model/incident.ts';
import { line } from '../untrusted.ts';
import { clock, counted } from '../words.ts';

/** More alarms than this are only counted: the timeline has them all. */
const shown = 4;

/** The alarm that opened the incident with its reason, and what joined it since, each in a few words. */
export function alarmLines({ alarms, alarmStates }: Pick<Incident, 'alarms' | 'alarmStates'>): string {
  const [first] = alarms;
  const reason = first === undefined || first.reason === '' ? '' : `, ${line(first.reason, 200)}`;
  const others = [...new Set(alarms.map(({ name }) => name))].filter((name) => name !== first?.name);
  const more = others.length - shown;
  return [
    `Alarm: ${line(first?.name ?? '–', 120)}${reason}${standing(alarmStates, first?.name)}`,
    ...others.slice(0, shown).map((name) => `Also: ${line(name, 120)}${standing(alarmStates, name)}`),
    ...(more > 0 ? [`and ${counted(more, 'more alarm')}`] : []),
  ].join('\n');
}

/** Nothing is said of an alarm that is simply raised. */
function standing(states: Incident['alarmStates'], name = ''): string {
  const state = states.get(name);
  if (state === undefined) return '';
  if (state.flapping) return ' · goes on and off: quiet until it settles';
  return state.state === 'OK' ? ` · OK since ${clock(state.at)}` : '';
}
