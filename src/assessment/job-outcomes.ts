import { z } from 'zod';
import { classifyFailure } from '../diagnosis/classify-failure.ts';
import { type Strategy, strategyFor } from '../diagnosis/strategy.ts';
import { quote } from '../in-words.ts';
import { failureWords } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { Again } from '../ports/step-output.ts';
import { inStateSince, stateInWords } from '../training-job/job-state.ts';
import { lookAgainMs } from '../training-job/looking.ts';
import { relaunchHelps } from './recovery-series.ts';

/** The outcome of one job of an incident about many jobs. */
export interface JobOutcome {
  readonly job: string;
  readonly outcome: 'trains' | 'left' | 'set aside';
  /** The state in SageMaker, and what a person should do about it. */
  readonly says: string;
}

/** The state in SageMaker of one job of the incident, or of the job that replaced it. */
export const JobAccount = z.object({
  job: z.string(),
  /** `left`: neither the job nor a replacement trains or has completed. */
  outcome: z.enum(['launched', 'restarted', 'left']),
  /** The job that replaced it. */
  by: z.string().optional(),
  says: z.string(),
  /** For a job that is left: what a person should do about it. */
  next: z.string().optional(),
  /** Whether a new job would help, so that the next round launches one. */
  due: z.boolean().default(false),
});
export type JobAccount = z.infer<typeof JobAccount>;

/** How long to wait for a job to start. */
const startsWithinMs = 30 * 60_000;

/** `copy`: the newest job that replaced this one. */
export function accountOf(
  name: string,
  job: TrainingJob | undefined,
  copy: TrainingJob | undefined,
  now: number,
): JobAccount | Again {
  const present = copy ?? job;
  if (present === undefined)
    return left(
      name,
      'SageMaker does not know this job',
      `investigate it: /relight start investigate ${name}`,
    );
  const { status, secondaryStatus } = present;
  if (status === 'Completed') return good(name, copy, 'has completed');
  if (status === 'Failed' || status === 'Stopped') return failedAccount(name, present, copy !== undefined);
  if (secondaryStatus === 'Training' || secondaryStatus === 'Uploading') return good(name, copy, 'trains');
  const waitedMs = now - inStateSince(present);
  if (waitedMs < startsWithinMs)
    return new Again(lookAgainMs(waitedMs), `${present.name} is ${stateInWords(present)}`);
  const says = `${present.name} has been ${stateInWords(present)} for ${Math.round(waitedMs / 60_000)} min`;
  return left(name, says, 'look again once it trains, or stop it in the SageMaker console');
}

function good(job: string, copy: TrainingJob | undefined, does: string): JobAccount {
  return copy === undefined
    ? { job, outcome: 'restarted', says: `${does}: SageMaker restarted it automatically`, due: false }
    : { job, outcome: 'launched', by: copy.name, says: `${copy.name} ${does}`, due: false };
}

function failedAccount(name: string, present: TrainingJob, isCopy: boolean): JobAccount {
  const { kind, evidence } = classifyFailure(present, []);
  const why = quote(evidence[0] ?? stateInWords(present), 120);
  const says = isCopy ? `${present.name} failed again (${why})` : `${failureWords[kind]} (${why})`;
  if (kind === 'user_stopped')
    return left(name, `${present.name} was stopped by a person`, 'set it aside with a reason');
  if (relaunchHelps(kind, present) === true)
    return { ...left(name, says, 'look again: a new job is proposed for it'), due: true };
  const playbook = playbooks[strategyFor(kind, present).strategy] ?? 'investigate';
  return left(name, says, `start its own playbook: /relight start ${playbook} ${name}`);
}

/** The playbooks for failures that a plain relaunch does not fix. */
const playbooks: Readonly<Partial<Record<Strategy, string>>> = {
  retry_with_reduced_batch: 'out-of-memory',
  retry_on_larger_instance: 'out-of-memory',
  retry_after_data_fix: 'invalid-data',
  resume_from_earlier_checkpoint: 'bad-checkpoint',
};

function left(job: string, says: string, next: string): JobAccount {
  return { job, outcome: 'left', says, next, due: false };
}
