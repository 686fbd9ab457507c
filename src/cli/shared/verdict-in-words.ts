import type { Patient, Verdict } from '../../diagnosis/diagnose-job.ts';
import { diagnoseFailure } from '../../playbooks/actions/diagnose-failure.ts';
import type { Json } from '../../ports/ports.ts';
import { hasEnded, interruptionsOf, stateInWords } from '../../training-job/job-state.ts';
import { nextByHand } from './next-step.ts';

export interface Diagnosed {
  readonly job: Patient & { readonly name: string };
  readonly verdict: Verdict;
  /** The id of the playbook that handles this kind of failure. */
  readonly playbook?: string | undefined;
}

/** What is left of the batch in the first retry: the default of `plan-smaller-batch`. */
const batchSizeReduction = 0.5;

/** For scripts: the words of the recovery playbooks, with the job's name as many answers come in one stream. */
export function verdictForScripts({ job, verdict }: Diagnosed): Json {
  const { kind, strategy, why, evidence, confidence } = verdict;
  return {
    job: job.name,
    kind,
    strategy,
    ...(strategy === 'retry_with_reduced_batch' && { batch_size_reduction: batchSizeReduction }),
    why,
    evidence,
    confidence,
  };
}

/** For a person: what broke, how sure, why Relight thinks so, what it would do, and what to do next. */
export function verdictInWords(diagnosed: Diagnosed): readonly string[] {
  const { job, verdict } = diagnosed;
  const { headline } = diagnoseFailure.report({
    ...verdict,
    evidence: [...verdict.evidence],
    jobStatus: job.status,
    secondaryStatus: job.secondaryStatus,
    interruptions: interruptionsOf(job),
    inputs: {},
  });
  return [
    `${job.name} (${stateInWords(job)})`,
    `  What broke: ${job.status === 'Completed' ? verdict.why : headline}`,
    `  Cause: ${verdict.kind}, ${verdict.confidence} confidence`,
    ...verdict.evidence.map((line) => `  Evidence: ${line}`),
    `  Relight would: ${strategyInWords(verdict)}`,
    `  Next: ${nextFor(diagnosed)}`,
  ];
}

const strategiesInWords: Readonly<Record<Verdict['strategy'], string>> = {
  resume_from_checkpoint: 'resume from the newest good checkpoint',
  resume_from_earlier_checkpoint: 'resume from the checkpoint before the broken one',
  retry_with_reduced_batch: `try again with the batch times ${batchSizeReduction}`,
  retry_on_larger_instance: 'try again on an instance with more memory',
  retry_after_data_fix: 'try again once the data is fixed',
  restart_from_scratch: 'start it again from scratch, as it keeps no checkpoints',
  resume_elsewhere: 'stop it and resume elsewhere',
  none_trains_again: 'do nothing, as SageMaker restarted it by itself',
  none: 'start nothing by itself',
};

function strategyInWords({ strategy }: Verdict): string {
  return `${strategiesInWords[strategy]} (${strategy})`;
}

function nextFor({ job, verdict, playbook }: Diagnosed): string {
  if (!hasEnded(job)) return nextByHand.spot_interruption;
  if (verdict.kind === 'unknown' && job.status === 'Completed' && verdict.confidence === 'high')
    return 'Nothing to do';
  const helps = playbook !== undefined && verdict.strategy !== 'none';
  return helps ? `In Slack: /relight start ${playbook} ${job.name}` : nextByHand[verdict.kind];
}
