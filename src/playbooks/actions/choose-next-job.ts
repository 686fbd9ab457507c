import { wayInWords } from '../../assessment/assessment-report.ts';
import { FailedJob, nextInSeries, type Recovery } from '../../assessment/recovery-series.ts';
import { Relaunching } from '../../assessment/way-back.ts';
import { count, counted, quote } from '../../in-words.ts';
import { smallest } from '../../ports/collections.ts';
import { newerCopyOf } from '../../training-job/copy-names.ts';
import type { ReadPorts } from '../define/action-ports.ts';
import { Again, defineAction, OpsError, type Report, z } from '../define.ts';
import { wayBack } from '../find-way-back.ts';
import { confirmTraining } from './confirm-training.ts';

/** A recovered job of the series, and the job that replaced it. */
export const Done = z.object({ recovers: z.string(), job: z.string(), step: z.number().int() });
export type Done = z.infer<typeof Done>;

const Input = z.object({
  series: z.array(FailedJob),
  /** Oldest first; all but the last are confirmed to be training. */
  done: z.array(Done),
  /** Failed jobs that are left out to keep the series short. */
  beyond: z.number().int().default(0),
});
type Input = z.infer<typeof Input>;

/** The next job to recover, with the facts that its request is built from. */
export const Turn = FailedJob.extend({ way: Relaunching, after: z.array(z.string()) });
export type Turn = z.infer<typeof Turn>;

const Next = z.object({
  /** Absent if the series is over; `over` says why. */
  turn: Turn.optional(),
  over: z.string().optional(),
  /** True if it is over because a new job failed again. */
  failedAgain: z.boolean(),
  /** Evidence that the previous job is training, or what happened to it. */
  before: z.string().optional(),
  /** Jobs that somebody else recovered in the meantime, each with the job that replaced it. */
  passed: z.array(z.string()),
});
type Next = z.infer<typeof Next>;

/** How far back to look for copies of a failed job; no job of the series is older. */
const maxListed = 500;

export const chooseNextJob = defineAction({
  name: 'choose-next-job',
  effect: 'read',
  judges: true,
  title: 'Next job',
  does: 'Waits until the previous job is confirmed to be training, then chooses the next one and how to recover it. Stops as soon as a job fails again.',
  input: Input,
  output: Next,
  report,
  run: async ({ series, done, beyond }, ports): Promise<Next | Again> => {
    const before = await resultOfLast(done.at(-1), ports);
    if (before instanceof Again) return before;
    const recoveries: Recovery[] = [
      ...done.slice(0, -1).map(({ recovers }) => ({ job: recovers })),
      ...before.recovery,
    ];
    const passed = await recoveredElsewhere(series, recoveries, ports);
    const next = nextInSeries(series, recoveries, new Set(passed.keys()));
    const shared = {
      ...(before.words !== undefined && { before: before.words }),
      passed: [...passed].map(([job, by]) => `${job}: ${by}`),
      failedAgain: before.recovery.some(({ failed }) => failed !== undefined),
    };
    if ('over' in next) return { ...shared, over: `${next.over}${beyondInWords(beyond)}` };
    const way = await wayBack(next.next, ports);
    if (way instanceof Again) return way;
    return { ...shared, turn: { ...next.next, way, after: next.after.map(({ job }) => job) } };
  },
});

interface LastResult {
  readonly recovery: readonly Recovery[];
  readonly words?: string;
}

/** The series stops if a new job fails again. That is a result, not an error, so the card keeps what was done. */
async function resultOfLast(last: Done | undefined, ports: ReadPorts): Promise<LastResult | Again> {
  if (last === undefined) return { recovery: [] };
  const { recovers, job } = last;
  try {
    const confirmed = await confirmTraining.run(last, ports);
    if (confirmed instanceof Again) return confirmed;
    return { recovery: [{ job: recovers }], words: `${job} is training: ${confirmed.evidence}` };
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || !isFailure(thrown)) throw thrown;
    const failed = quote(thrown.detail, 200);
    return { recovery: [{ job: recovers, failed }], words: `${job} failed again: ${failed}` };
  }
}

function isFailure({ code }: OpsError): boolean {
  return code === 'job-failed-again' || code === 'not-resumed';
}

/** Each failed job may have its own incident, where somebody may have recovered it already: avoid a second copy. */
async function recoveredElsewhere(
  series: readonly FailedJob[],
  done: readonly Recovery[],
  { region }: ReadPorts,
): Promise<ReadonlyMap<string, string>> {
  const left = series.filter(({ job }) => !done.some((one) => one.job === job));
  if (left.length === 0) return new Map();
  const oldest = smallest(left.map(({ createdAt }) => createdAt));
  const { found } = await region.jobs(oldest, maxListed);
  return new Map(
    left.flatMap(({ job: name, createdAt }) => {
      const copy = newerCopyOf({ name, createdAt }, found);
      return copy === undefined ? [] : [[name, `${copy.name} is ${copy.status}`] as const];
    }),
  );
}

function report({ turn, over, before, passed }: Next): Report {
  return {
    headline:
      turn === undefined
        ? `No further job: ${over ?? 'no more jobs to recover'}`
        : `Next: ${turn.job} (${turn.tier}), ${wayInWords(turn.way)}`,
    facts: [
      ...(before === undefined ? [] : [{ label: 'Previous job', value: before }]),
      ...(turn === undefined ? [] : [{ label: 'Remaining', value: afterInWords(turn) }]),
    ],
    lines: passed.map((one) => `Already recovered by others: ${one}`),
  };
}

function beyondInWords(beyond: number): string {
  return beyond === 0 ? '' : `; ${count(beyond)} more failed: run the assessment again for them`;
}

const maxNamed = 3;

/** The jobs that remain after this one, in words. */
export function afterInWords({ after }: Pick<Turn, 'after'>): string {
  if (after.length === 0) return 'none, this is the last one';
  const named = after.slice(0, maxNamed).join(', ');
  const rest = after.length - maxNamed;
  return `${counted(after.length, 'job')}: ${named}${rest > 0 ? ` and ${rest} more` : ''}`;
}
