import { clock, count, minutes } from '../../../in-words.ts';
import { suggestedAfter } from '../../../incidents/choose-playbook.ts';
import { playbookTime } from '../../../incidents/estimates/playbook-time.ts';
import { rtoClock } from '../../../incidents/model/clock.ts';
import { type Incident, isEndKnown, isWarning, stateOf } from '../../../incidents/model/incident.ts';
import { leftBehind } from '../../../incidents/stopping-steps.ts';
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
    ...(recoversNothing(incident) ? [] : recoveryBlocks(incident, recovery, since)),
    ...(lost === undefined ? [] : [quote(lostInWords(lost))]),
  ];
}

/** Without a failure that is not recovered, or for a request that only stops what a canceled change has started. */
function recoversNothing(incident: Incident): boolean {
  return isEndKnown(incident) || isWarning(incident.kind) || leftBehind(incident) !== undefined;
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

/** How long an offered playbook takes, measured from the last result in the thread; empty for an answer that names none. */
export function playbookTimeInWords(incident: Incident, playbook: string | undefined): string {
  if (playbook === undefined || isEndKnown(incident) || isWarning(incident.kind)) return '';
  const time = playbookTime(playbook, incident);
  if (time === undefined) return '. Time to recovery: unknown';
  const from = lastResultAt(incident);
  const misses = from + time.minutes * 60_000 > rtoClock(incident, from).deadline ? `${signs.warning} ` : '';
  return `. ${misses}${timeInWords(incident, time, from, 'started')}`;
}

interface Named {
  readonly id: string;
  readonly title: string;
}

/** How long each of these playbooks takes, and until when it must start. Only the exceptions are named. */
export function playbookTimes(incident: Incident, playbooks: readonly Named[]): string {
  if (isEndKnown(incident) || isWarning(incident.kind)) return '';
  const from = lastResultAt(incident);
  const groups = new Map<string, string[]>();
  for (const { id, title } of playbooks) {
    const words = latestStart(incident, playbookTime(id, incident), from);
    groups.set(words, [...(groups.get(words) ?? []), title]);
  }
  const [most, ...others] = [...groups].toSorted(([, one], [, other]) => other.length - one.length);
  if (most === undefined) return '';
  const exceptions = others.map(([words, titles]) => `; ${titles.join(', ')}: ${words}`);
  return `Time to recovery: ${most[0]}${exceptions.join('')}.`;
}

function latestStart(incident: Incident, time: RecoveryTime | undefined, from: number): string {
  if (time === undefined) return 'unknown';
  const latest = rtoClock(incident, from).deadline - time.minutes * 60_000;
  const inTime = latest < from ? 'misses the RTO' : `in time for the RTO if started by ${clock(latest)}`;
  return `${roughly(time.minutes)}, ${inTime}`;
}

/** How long the playbooks take that can help after a step has failed. */
export function suggestedTimes(
  incident: Incident,
  failure: Parameters<typeof suggestedAfter>[1],
): readonly Block[] {
  const lines = suggestedAfter(incident, failure).flatMap(({ playbook, label }) =>
    // Nothing is known about how long people need to investigate.
    playbook === 'investigate' ? [] : [`• ${label}${playbookTimeInWords(incident, playbook)}`],
  );
  return lines.length === 0 ? [] : [smallQuote(lines.join('\n'))];
}

function lastResultAt(incident: Incident): number {
  const results = incident.pinned.flatMap((key) => {
    const state = stateOf(incident, key);
    return state.status === 'done' || state.status === 'failed' ? [state.at] : [];
  });
  return results.reduce((last, at) => Math.max(last, at), incident.openedAt);
}

const atOnce = { approved: ' if approved at once', started: ' if started at once' } as const;

/** `≈ 25 min, done about 03:40 UTC if approved at once, 20 min before the RTO`. */
function timeInWords(
  incident: Incident,
  { minutes: takes }: Pick<RecoveryTime, 'minutes'>,
  from: number,
  how: keyof typeof atOnce,
): string {
  const at = from + takes * 60_000;
  return `${roughly(takes)}, done about ${clock(at)}${atOnce[how]}, ${againstRto(incident, at)}`;
}

/** `20 min before the RTO`, or `misses the RTO by about 15 min`. */
function againstRto(incident: Incident, at: number): string {
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
    ...(gpuHours === undefined
      ? []
      : [gpuHours > 0 && gpuHours < 0.1 ? 'under 0.1 GPU-hours' : `${gpuHours.toFixed(1)} GPU-hours`]),
  ];
  const relation = time > rpoMinutes ? 'over' : 'within';
  const redo =
    redoMinutes === undefined || redoMinutes < 0.5 ? '' : `. Doing it again takes ${roughly(redoMinutes)}`;
  return `Lost: ${amounts.join(', ')}, ${relation} the RPO of ${minutes(rpoMinutes)}${redo}`;
}

/** `≈ 25 min`, or `under 1 min`. */
function roughly(time: number): string {
  return time > 0 && time < 1 ? about(time) : `≈ ${about(time)}`;
}

function about(time: number): string {
  return time > 0 && time < 1 ? 'under 1 min' : minutes(time);
}
