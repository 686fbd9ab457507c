import { counted } from '../in-words.ts';
import type { EndpointAlarm } from '../ports/models.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoRollbackConfig.html */
const maxGuards = 10;

/** Only alarms in OK can guard the update: one in ALARM, such as the incident's own, would roll it back at once. */
export function guardsAmong(alarms: readonly EndpointAlarm[]): { guards: string[]; notOk: string[] } {
  const named = (isOk: boolean): string[] =>
    alarms.filter(({ state }) => (state === 'OK') === isOk).map(({ name }) => name);
  return { guards: named(true).slice(0, maxGuards), notOk: named(false) };
}

export function guardsInWords(guards: readonly string[], notOk: readonly string[]): string[] {
  return [
    guards.length === 0
      ? 'No alarm can roll the update back automatically: watch it'
      : `${counted(guards.length, 'alarm')} can roll it back automatically: ${guards.join(', ')}`,
    ...(notOk.length === 0
      ? []
      : [
          `Not used as guards, because they are not OK and would roll it back immediately: ${notOk.join(', ')}`,
        ]),
  ];
}
