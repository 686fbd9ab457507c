import { clock, count, minutes } from '../../../in-words.ts';
import { rtoClock } from '../../../incidents/model/clock.ts';
import { type Incident, isEndKnown, isWarning } from '../../../incidents/model/incident.ts';
import type { RecoveryTime, WorkLost } from '../../../ports/history/recovery-time.ts';
import type { Proposal } from '../../../ports/step-output.ts';
import { type Block, quote, smallQuote } from '../blocks.ts';
import { signs } from '../words.ts';

/** How long a proposed change takes until the recovery, and what is lost; `since`: when it was proposed. */
export function estimateBlocks(
  incident: Incident,
  { recovery, lost }: Pick<Proposal, 'recovery' | 'lost'>,
  since: number,
): readonly Block[] {
  return [
    ...(isEndKnown(incident) || isWarning(incident.kind) ? [] : recoveryBlocks(incident, recovery, since)),
    ...(lost === undefined ? [] : [quote(lostInWords(lost))]),
  ];
}

function recoveryBlocks(
  incident: Incident,
  recovery: RecoveryTime | undefined,
  since: number,
): readonly Block[] {
  if (recovery === undefined)
    return [quote('Time to recovery: unknown. There are too few earlier recoveries of this kind to tell.')];
  const { deadline } = rtoClock(incident, since);
  const latest = deadline - recovery.minutes * 60_000;
  const by = latest > since ? ` Approve by ${clock(latest)} to meet the RTO.` : '';
  const misses = latest < since ? `${signs.warning} ` : '';
  return [
    quote(`${misses}Time to recovery: ${timeInWords(incident, recovery, since, 'approved')}.${by}`),
    smallQuote(`Estimated ${basisInWords(recovery)}.`),
  ];
}

const atOnce = { approved: ' if approved at once', started: ' if started at once' } as const;

/** `≈ 25 min, done about 03:40 UTC if approved at once, 20 min before the RTO`. */
export function timeInWords(
  incident: Incident,
  { minutes: takes }: Pick<RecoveryTime, 'minutes'>,
  from: number,
  how: keyof typeof atOnce,
): string {
  const at = from + takes * 60_000;
  return `≈ ${about(takes)}, done about ${clock(at)}${atOnce[how]}, ${againstRto(incident, at)}`;
}

/** `20 min before the RTO`, or `misses the RTO by about 15 min`. */
export function againstRto(incident: Incident, at: number): string {
  const { deadline } = rtoClock(incident, at);
  const left = (deadline - at) / 60_000;
  return left >= 0 ? `${about(left)} before the RTO` : `misses the RTO by about ${about(-left)}`;
}

function basisInWords({ basis }: RecoveryTime): string {
  if (basis.from === 'earlier-recoveries') return `from ${basis.recoveries} earlier recoveries`;
  const { capacityMinutes, provisioningMinutes, firstStepMinutes } = basis;
  return `from this job’s own start: ${about(capacityMinutes)} of waiting for instances, ${about(provisioningMinutes)} of preparing and downloading, ${about(firstStepMinutes)} until training is confirmed`;
}

/** `Lost: 25 min of training, 1,300 steps, 26.7 GPU-hours, within the RPO of 30 min. Doing it again takes ≈ 25 min`. */
export function lostInWords(lost: WorkLost): string {
  const { minutes: time, atLeast, steps, gpuHours, redoMinutes, rpoMinutes } = lost;
  const amounts = [
    `${atLeast === true ? 'at least ' : ''}${about(time)} of training`,
    ...(steps === undefined ? [] : [`${count(steps)} ${steps === 1 ? 'step' : 'steps'}`]),
    ...(gpuHours === undefined ? [] : [`${gpuHours.toFixed(1)} GPU-hours`]),
  ];
  const relation = time > rpoMinutes ? 'over' : 'within';
  const redo =
    redoMinutes === undefined || redoMinutes < 0.5 ? '' : `. Doing it again takes ≈ ${about(redoMinutes)}`;
  return `Lost: ${amounts.join(', ')}, ${relation} the RPO of ${minutes(rpoMinutes)}${redo}`;
}

function about(time: number): string {
  return time > 0 && time < 1 ? 'under 1 min' : minutes(time);
}
