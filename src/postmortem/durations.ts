import { z } from 'zod';
import { counted, minutes } from '../in-words.ts';
import { largest } from '../ports/collections.ts';
import type { WorkLost } from '../ports/history/recovery-time.ts';
import type { ChangeMade, IncidentRecord } from '../ports/record.ts';
import { type Subject, subjectOf } from './subject.ts';

const minute = 60_000;

/** The durations of an incident, in minutes. A phase that did not happen is absent. */
export interface Durations {
  /** From the failure to the incident. */
  readonly detection: number;
  /** From the incident to the first action of a person. */
  readonly firstAction?: number;
  /** The total time that changes waited for approval. */
  readonly decisions?: number;
  /** From the failure to the recovery. */
  readonly recovery?: number;
  readonly rto: number;
  readonly withinRto?: boolean;
  /** Why it was closed, if nothing had to be recovered: then no objective was missed. */
  readonly closedAs?: string;
  readonly lost?: Lost;
  readonly rpo: number;
  readonly subject: Subject;
}

interface Lost extends Pick<WorkLost, 'gpuHours' | 'atLeast'> {
  readonly minutes: number;
  /** Steps that were trained again. */
  readonly steps?: number | undefined;
  /** In journals of older versions, steps are only known up to the newest checkpoint. */
  readonly stepsBehind?: number;
}

/** The result of validate-checkpoint about the checkpoint that training was resumed from. */
const Chosen = z.object({ stepsLost: z.number(), chosen: z.object({ ageMinutes: z.number() }) });

export function durationsOf(record: IncidentRecord): Durations {
  const { failedAt, openedAt, recovered, timeline, changes, rtoMinutes, rpoMinutes } = record;
  const first = timeline.find(({ who, at }) => who !== undefined && at >= openedAt);
  const approved = changes.flatMap(waitOf);
  const recovery = recovered && inMinutes(recovered.at - failedAt);
  const closedAs = closedAsIn(record);
  const lost = closedAs === undefined ? lostIn(record) : undefined;
  return {
    detection: inMinutes(openedAt - failedAt),
    ...(first !== undefined && { firstAction: inMinutes(first.at - openedAt) }),
    ...(approved.length > 0 && { decisions: approved.reduce((sum, one) => sum + one, 0) }),
    ...(recovery !== undefined && { recovery, withinRto: recovery <= rtoMinutes }),
    ...(closedAs !== undefined && { closedAs }),
    ...(lost !== undefined && { lost }),
    rto: rtoMinutes,
    rpo: rpoMinutes,
    subject: subjectOf(record.kind),
  };
}

function closedAsIn({ recovered, closed }: IncidentRecord): string | undefined {
  return recovered === undefined && closed?.neededNothing === true ? closed.why : undefined;
}

function waitOf({ approvals, proposedAt }: ChangeMade): number[] {
  const last = largest(approvals.map(({ at }) => at));
  return approvals.length === 0 ? [] : [inMinutes(last - proposedAt)];
}

/** The last launch counts: it replaced earlier ones. */
function lostIn({ changes, findings }: IncidentRecord): Lost | undefined {
  const launched = changes.findLast(({ lost }) => lost !== undefined)?.lost;
  if (launched !== undefined) return launched;
  const found = findings.findLast(({ action }) => action === 'validate-checkpoint');
  const parsed = Chosen.safeParse(found?.result);
  return parsed.success
    ? { stepsBehind: parsed.data.stepsLost, minutes: parsed.data.chosen.ageMinutes }
    : undefined;
}

/** Clamped at zero, because the clocks of AWS and of this machine differ by seconds. */
function inMinutes(ms: number): number {
  return Math.max(0, ms / minute);
}

export interface Row {
  readonly label: string;
  readonly value: string;
  readonly limit: string;
}

/** In chronological order. */
export function durationsInWords(durations: Durations): readonly Row[] {
  const { detection, firstAction, decisions, lost, rpo, subject, closedAs } = durations;
  return [
    { label: 'Detection', value: durationText(detection), limit: '' },
    { label: 'First human action', value: durationText(firstAction), limit: '' },
    { label: 'Waiting for approvals', value: durationText(decisions), limit: '' },
    recoveryRow(durations),
    ...(subject.losesTraining && closedAs === undefined ? [lostInWords(lost, rpo)] : []),
  ];
}

function recoveryRow({ subject, recovery, rto, withinRto, closedAs }: Durations): Row {
  if (closedAs !== undefined) return { label: subject.recovery, value: 'not needed', limit: '' };
  return {
    label: subject.recovery,
    value: durationText(recovery),
    limit: `RTO ${minutes(rto)}: ${withinRto === true ? 'met' : 'missed'}`,
  };
}

function lostInWords(lost: Lost | undefined, rpo: number): Row {
  const [label, limit] = ['Training lost', `RPO ${minutes(rpo)}`];
  if (lost === undefined) return { label, value: 'unknown', limit };
  const { steps, stepsBehind, gpuHours, atLeast } = lost;
  const value = [
    `${atLeast === true ? 'at least ' : ''}${minutes(lost.minutes)}`,
    ...(steps === undefined ? [] : [counted(steps, 'step')]),
    ...(stepsBehind === undefined ? [] : [`${counted(stepsBehind, 'step')} behind the newest checkpoint`]),
    ...(gpuHours === undefined ? [] : [`${gpuHours.toFixed(1)} GPU-hours`]),
  ].join(', ');
  return { label, value, limit: `${limit}: ${lost.minutes <= rpo ? 'met' : 'missed'}` };
}

function durationText(duration: number | undefined): string {
  if (duration === undefined) return 'did not happen';
  return duration > 0 && duration < 1 ? 'under 1 min' : minutes(duration);
}

/** `training ran again after 42 min, within the RTO of 60 min`. */
export function recoveryInWords({ recovery, rto, withinRto, subject, closedAs }: Durations): string {
  if (closedAs !== undefined) return `closed as ${closedAs}`;
  if (recovery === undefined) return `${subject.never}; the RTO was ${minutes(rto)}`;
  const relation = withinRto === true ? 'within' : 'over';
  const took = recovery > 0 && recovery < 1 ? 'in under 1 min' : `after ${durationText(recovery)}`;
  return `${subject.again} ${took}, ${relation} the RTO of ${minutes(rto)}`;
}
