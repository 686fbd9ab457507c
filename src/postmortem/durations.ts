import { z } from 'zod';
import { counted, minutes } from '../in-words.ts';
import { largest } from '../ports/collections.ts';
import type { ChangeMade, IncidentRecord } from '../ports/record.ts';
import { type Subject, subjectOf } from './subject.ts';

const minute = 60_000;

/** How long an incident took, in minutes; what did not happen is not there. */
export interface Durations {
  /** From the failure to the incident. */
  readonly detection: number;
  /** From the incident to the first press of a person. */
  readonly firstAction?: number;
  /** What changes waited for their approvals, together. */
  readonly decisions?: number;
  /** From the failure until it was over. */
  readonly recovery?: number;
  readonly rto: number;
  readonly withinRto?: boolean;
  readonly lost?: Lost;
  readonly rpo: number;
  readonly subject: Subject;
}

interface Lost {
  readonly steps: number;
  readonly minutes: number;
}

/** What validate-checkpoint says of the checkpoint that training was resumed from. */
const Chosen = z.object({ stepsLost: z.number(), chosen: z.object({ ageMinutes: z.number() }) });

export function durationsOf(record: IncidentRecord): Durations {
  const { failedAt, openedAt, recovered, timeline, changes, rtoMinutes, rpoMinutes } = record;
  const first = timeline.find(({ who, at }) => who !== undefined && at >= openedAt);
  const approved = changes.flatMap(waitOf);
  const recovery = recovered && inMinutes(recovered.at - failedAt);
  const lost = lostIn(record);
  return {
    detection: inMinutes(openedAt - failedAt),
    ...(first !== undefined && { firstAction: inMinutes(first.at - openedAt) }),
    ...(approved.length > 0 && { decisions: approved.reduce((sum, one) => sum + one, 0) }),
    ...(recovery !== undefined && { recovery, withinRto: recovery <= rtoMinutes }),
    ...(lost !== undefined && { lost }),
    rto: rtoMinutes,
    rpo: rpoMinutes,
    subject: subjectOf(record.kind),
  };
}

function waitOf({ approvals, proposedAt }: ChangeMade): number[] {
  const last = largest(approvals.map(({ at }) => at));
  return approvals.length === 0 ? [] : [inMinutes(last - proposedAt)];
}

/** The last one counts: an earlier choice was dropped for it. */
function lostIn({ findings }: IncidentRecord): Lost | undefined {
  const found = findings.findLast(({ action }) => action === 'validate-checkpoint');
  const parsed = Chosen.safeParse(found?.result);
  return parsed.success
    ? { steps: parsed.data.stepsLost, minutes: parsed.data.chosen.ageMinutes }
    : undefined;
}

/** Clocks of AWS and of this machine differ by seconds, so nothing is counted below zero. */
function inMinutes(ms: number): number {
  return Math.max(0, ms / minute);
}

export interface Row {
  readonly label: string;
  readonly value: string;
  readonly limit: string;
}

/** In the order in which an incident goes through them. */
export function durationsInWords(durations: Durations): readonly Row[] {
  const { detection, firstAction, decisions, recovery, rto, withinRto, lost, rpo, subject } = durations;
  return [
    { label: 'Detection', value: shortly(detection), limit: '' },
    { label: 'First action of a person', value: shortly(firstAction), limit: '' },
    { label: 'Waiting for approvals', value: shortly(decisions), limit: '' },
    {
      label: subject.recovery,
      value: shortly(recovery),
      limit: `RTO ${minutes(rto)}: ${withinRto === true ? 'met' : 'missed'}`,
    },
    ...(subject.losesTraining ? [lostInWords(lost, rpo)] : []),
  ];
}

function lostInWords(lost: Lost | undefined, rpo: number): Row {
  return {
    label: 'Training lost',
    value:
      lost === undefined
        ? 'not known'
        : `${minutes(lost.minutes)}, ${counted(lost.steps, 'step')} behind the newest checkpoint`,
    limit:
      lost === undefined
        ? `RPO ${minutes(rpo)}`
        : `RPO ${minutes(rpo)}: ${lost.minutes <= rpo ? 'met' : 'missed'}`,
  };
}

function shortly(duration: number | undefined): string {
  if (duration === undefined) return 'did not happen';
  return duration > 0 && duration < 1 ? 'under 1 min' : minutes(duration);
}

/** `training ran again after 42 min, within the RTO of 60 min`. */
export function recoveryInWords({ recovery, rto, withinRto, subject }: Durations): string {
  if (recovery === undefined) return `${subject.never}; the RTO was ${minutes(rto)}`;
  const verdict = withinRto === true ? 'within' : 'over';
  const took = recovery > 0 && recovery < 1 ? 'in under 1 min' : `after ${shortly(recovery)}`;
  return `${subject.again} ${took}, ${verdict} the RTO of ${minutes(rto)}`;
}
