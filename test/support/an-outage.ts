import type { Playbook, Results, Step } from '../../src/playbooks/define.ts';
import type { AttemptKey, S3Uri, TrainingJob } from '../../src/ports/ports.ts';
import { Again, type Proposal } from '../../src/ports/step-output.ts';
import { tokenFor } from './a-token.ts';
import { ended } from './a-training-run.ts';
import { aJob, type FakePorts } from './fake-ports.ts';

const incident: Results['incident'] = {
  id: 'i-1',
  job: 'srl-rlvr-gold-a',
  tier: 'gold',
  failedAt: ended,
  rtoMinutes: 60,
  rpoMinutes: 30,
  chosen: false,
};

/** CheckpointConfig.S3Uri of a job; each job has its own. */
export function checkpointsOf(name: string): S3Uri {
  return `s3://srl-rlvr-training/checkpoints/${name}/`;
}

/** Puts a job that failed with an internal error of SageMaker. */
export function putFailed({ training }: FakePorts, name: string, changes: Partial<TrainingJob> = {}): void {
  training.put(
    aJob({
      name,
      status: 'Failed',
      secondaryStatus: 'Failed',
      failureReason: 'InternalServerError: We encountered an internal error.',
      checkpointUri: checkpointsOf(name),
      ...changes,
    }),
  );
}

/** Simulates what happens to a launched job. */
export type LaunchOutcome = (job: TrainingJob, ports: FakePorts) => void;

export const trains: LaunchOutcome = (job, { training, logLines }) => {
  training.put({ ...job, status: 'InProgress', secondaryStatus: 'Training' });
  logLines.set(job.name, ["{'loss': 0.1, 'step': 9999}"]);
};

export const failsAgain: LaunchOutcome = (job, { training }) =>
  training.put({ ...job, status: 'Failed', secondaryStatus: 'Failed', failureReason: 'AccessDenied' });

export interface RunSummary {
  readonly results: Results;
  /** The headline of each step, or why it was skipped. */
  readonly headlines: Readonly<Record<string, string>>;
  readonly proposals: readonly Proposal[];
}

type ActionStep = Extract<Step, { kind: 'action' }>;

/** Runs the playbook up to its first manual step and approves every change. */
export async function runThrough(
  playbook: Playbook,
  ports: FakePorts,
  outcomeOf: (nth: number) => LaunchOutcome,
  facts: Partial<Results['incident']> = {},
): Promise<RunSummary> {
  let results: Results = { incident: { ...incident, ...facts } };
  const headlines: Record<string, string> = {};
  const proposals: Proposal[] = [];
  for (const step of playbook.steps) {
    const when = step.when?.(results) ?? true;
    if (when !== true) headlines[step.key] = `skipped: ${when.skip}`;
    else if (step.kind === 'manual') break;
    else {
      const { outcome, proposal } = await runStep(step, results, ports, outcomeOf);
      if (proposal !== undefined) proposals.push(proposal);
      const result = step.action.output.parse(outcome);
      results = { ...results, [step.key]: result };
      headlines[step.key] = step.action.report(result).headline;
    }
  }
  return { results, headlines, proposals };
}

async function runStep(
  { key, action, inputFor }: ActionStep,
  results: Results,
  ports: FakePorts,
  outcomeOf: (nth: number) => LaunchOutcome,
): Promise<{ outcome: unknown; proposal?: Proposal }> {
  const input = action.input.parse(inputFor(results));
  if (action.effect === 'change') {
    const attemptKey = attemptKeyOf(key);
    const proposal = await action.preview(input, ports, attemptKey);
    return {
      outcome: await action.run(proposal, input, ports, tokenFor(attemptKey, proposal.request)),
      proposal,
    };
  }
  const outcome = await action.run(input, ports);
  if (!(outcome instanceof Again)) return { outcome };
  await applyOutcomes(ports, outcomeOf);
  return { outcome: await action.run(input, ports) };
}

async function applyOutcomes(ports: FakePorts, outcomeOf: (nth: number) => LaunchOutcome): Promise<void> {
  for (const [nth, { TrainingJobName: name }] of ports.training.launches.entries()) {
    const job = await ports.training.describe(name);
    if (job.secondaryStatus === 'Starting') outcomeOf(nth)(job, ports);
  }
}

/** The attempt key of the first attempt of a step; it is the same in every run. */
export function attemptKeyOf(step: string): AttemptKey {
  const id = Buffer.from(step).toString('hex').padEnd(16, '0').slice(0, 16);
  return { incident: incident.id, step, attempt: 1, id, earlier: [] };
}
