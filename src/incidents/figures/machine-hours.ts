import { z } from 'zod';
import type { Step } from '../../playbooks/define.ts';
import { alternativesIn, type Machines } from '../../relaunch/prices/machines.ts';
import type { Entry } from '../model/events.ts';

const hour = 3_600_000;

/** Hours of the machines of the job. A field is absent if the journal does not tell. */
export interface MachineHours {
  /** The machines of the launch that restored training; empty if nothing was launched. */
  readonly machines: readonly Machines[];
  /** Work after the checkpoint that training resumed from, done again. */
  readonly lost?: number;
  /** From each launch until training ran, or until that launch failed. */
  readonly spent?: number;
  /** Work up to that checkpoint, which a start from scratch would repeat. */
  readonly saved?: number;
}

/** The results of find-checkpoint and validate-checkpoint. */
const Newest = z.object({ newest: z.object({ step: z.number(), modifiedAt: z.number() }) });
const Chosen = z.object({
  chosen: z.object({ step: z.number(), ageMinutes: z.number(), committedAt: z.number().optional() }),
});

type StepAt = (key: string) => Step | undefined;

export function machineHoursOf(journal: readonly Entry[], stepAt: StepAt): MachineHours {
  const launch = lastLaunch(journal);
  if (launch === undefined) return { machines: [] };
  const chosen = Chosen.safeParse(lastResult(journal, stepAt, 'validate-checkpoint')).data?.chosen;
  const newest = Newest.safeParse(lastResult(journal, stepAt, 'find-checkpoint')).data?.newest;
  const { machines, lost = chosen && { minutes: chosen.ageMinutes } } = launch;
  const saved = chosen && newest && savedBy(chosen, newest);
  return {
    machines,
    ...(lost !== undefined && { lost: lost.minutes / 60 }),
    spent: spentIn(journal),
    ...(saved !== undefined && { saved }),
  };
}

/** Work up to the chosen checkpoint, in hours. */
function savedBy(...[chosen, newest]: Parameters<typeof hoursPerStep>): number | undefined {
  const perStep = hoursPerStep(chosen, newest);
  return perStep === undefined ? undefined : perStep * chosen.step;
}

function lastResult(journal: readonly Entry[], stepAt: StepAt, action: string): unknown {
  const isIt = (key: string): boolean => {
    const step = stepAt(key);
    return step?.kind === 'action' && step.action.name === action;
  };
  const found = journal.findLast(({ event }) => event.type === 'step-done' && isIt(event.step))?.event;
  return found?.type === 'step-done' ? found.result : undefined;
}

/** Only two checkpoints of the same run tell how long a step takes. */
function hoursPerStep(
  chosen: z.infer<typeof Chosen>['chosen'],
  newest: z.infer<typeof Newest>['newest'],
): number | undefined {
  const steps = newest.step - chosen.step;
  const ms = chosen.committedAt === undefined ? 0 : newest.modifiedAt - chosen.committedAt;
  return steps > 0 && ms > 0 ? ms / hour / steps : undefined;
}

interface Launched {
  readonly lost?: { readonly minutes: number };
  readonly machines: readonly Machines[];
}

function lastLaunch(journal: readonly Entry[]): Launched | undefined {
  const begun = new Set(journal.flatMap(({ event }) => (event.type === 'step-begun' ? [event.hash] : [])));
  const sent = journal.findLast(
    ({ event }) => event.type === 'step-proposed' && begun.has(event.hash),
  )?.event;
  if (sent?.type !== 'step-proposed' || sent.proposal.request['ResourceConfig'] === undefined)
    return undefined;
  const { request, lost } = sent.proposal;
  const [first = []] = alternativesIn(request);
  return { machines: first, ...(lost !== undefined && { lost }) };
}

/** While a launch waits for capacity nothing is billed, so this is the most that it can have cost. */
function spentIn(journal: readonly Entry[]): number {
  let since: number | undefined;
  let ms = 0;
  for (const { event, at } of journal) {
    if (event.type === 'step-begun') since ??= at;
    const isOver = event.type === 'recovered' || event.type === 'step-failed' || event.type === 'closed';
    if (!isOver || since === undefined) continue;
    ms += at - since;
    since = undefined;
  }
  return ms / hour;
}
