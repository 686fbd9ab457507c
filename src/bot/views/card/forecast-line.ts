import { clock } from '../../../in-words.ts';
import { type Forecast, forecast } from '../../../incidents/charge/predicted-recovery.ts';
import { rtoClock } from '../../../incidents/model/clock.ts';
import { type Incident, runOf, stateOf } from '../../../incidents/model/incident.ts';
import { lostInWords } from '../step/estimate-lines.ts';
import { escape } from '../untrusted.ts';
import { endWords, signs, span } from '../words.ts';

const minute = 60_000;

const conditions: Readonly<Record<Forecast['if'], string>> = {
  running: 'Expected',
  approved: 'If approved now',
  started: 'If a recovery starts now',
};

/** When the recovery is expected, against the RTO; empty if nothing is known about that. */
export function forecastLine(incident: Incident, now: number): readonly string[] {
  const expected = forecast(incident, now);
  if (expected === undefined) return [];
  const { deadline } = rtoClock(incident, now);
  const late = expected.at > deadline;
  const margin = Math.abs(deadline - expected.at) / minute;
  // Each change of the text updates the card in Slack, so it changes every minute only when that matters.
  const grid = margin <= 15 ? 1 : 5;
  const at = Math.ceil(expected.at / (grid * minute)) * grid * minute;
  const gap = span(Math.floor(margin / grid) * grid);
  const relation = late ? `*misses the RTO by about ${gap}*` : `about ${gap} before the RTO`;
  const sign = late ? `${signs.warning} ` : '';
  return [
    `${sign}${conditions[expected.if]}: ${endWords(incident.kind).again} about ${clock(at)}, ${relation}`,
  ];
}

/** The work that the recovery lost, once training runs again. */
export function lostLine(incident: Incident): readonly string[] {
  if (incident.recovered === undefined || incident.recovered.elsewhere === true) return [];
  const lost = runOf(incident).pinned.flatMap((key) => {
    const state = stateOf(incident, key);
    return state.status === 'done' ? (state.proposal?.lost ?? []) : [];
  });
  const last = lost.at(-1);
  return last === undefined ? [] : [escape(lostInWords(last))];
}
