import type { Playbook, Results, Step } from '../../src/playbooks/define.ts';
import type { Mark, S3Uri, TrainingJob } from '../../src/ports/ports.ts';
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

/** CheckpointConfig.S3Uri of a job of the outage: each has its own. */
export function checkpointsOf(name: string): S3Uri {
  return `s3://srl-rlvr-training/checkpoints/${name}/`;
}

/** A job that SageMaker itself let down. */
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

/** What SageMaker does with a job that was launched. */
export type Fate = (job: TrainingJob, ports: FakePorts) => void;

export const trains: Fate = (job, { training, logLines }) => {
  training.put({ ...job, status: 'InProgress', secondaryStatus: 'Training' });
  logLines.set(job.name, ["{'loss': 0.1, 'step': 9999}"]);
};

export const failsAgain: Fate = (job, { training }) =>
  training.put({ ...job, status: 'Failed', secondaryStatus: 'Failed', failureReason: 'AccessDenied' });

export interface Told {
  readonly results: Results;
  /** By step: its headline, or why it was skipped. */
  readonly said: Readonly<Record<string, string>>;
  readonly proposals: readonly Proposal[];
}

type ActionStep = Extract<Step, { kind: 'action' }>;

/** Runs the playbook to its manual step as the worker would, each change approved at once. */
export async function runThrough(
  playbook: Playbook,
  ports: FakePorts,
  fate: (nth: number) => Fate,
  board?: readonly string[],
): Promise<Told> {
  let results: Results = { incident: { ...incident, ...(board !== undefined && { board }) } };
  const said: Record<string, string> = {};
  const proposals: Proposal[] = [];
  for (const step of playbook.steps) {
    if (step.kind === 'manual') break;
    const when = step.when?.(results) ?? true;
    if (when === true) {
      const { outcome, proposal } = await runStep(step, results, ports, fate);
      if (proposal !== undefined) proposals.push(proposal);
      const result = step.action.output.parse(outcome);
      results = { ...results, [step.key]: result };
      said[step.key] = step.action.report(result).headline;
    } else said[step.key] = `skipped: ${when.skip}`;
  }
  return { results, said, proposals };
}

async function runStep(
  { key, action, inputFor }: ActionStep,
  results: Results,
  ports: FakePorts,
  fate: (nth: number) => Fate,
): Promise<{ outcome: unknown; proposal?: Proposal }> {
  const input = action.input.parse(inputFor(results));
  if (action.effect === 'change') {
    const mark = markOf(key);
    const proposal = await action.preview(input, ports, mark);
    return { outcome: await action.run(proposal, input, ports, tokenFor(mark, proposal.request)), proposal };
  }
  const outcome = await action.run(input, ports);
  if (!(outcome instanceof Again)) return { outcome };
  await meetFates(ports, fate);
  return { outcome: await action.run(input, ports) };
}

async function meetFates(ports: FakePorts, fate: (nth: number) => Fate): Promise<void> {
  for (const [nth, { TrainingJobName: name }] of ports.training.launches.entries()) {
    const job = await ports.training.describe(name);
    if (job.secondaryStatus === 'Starting') fate(nth)(job, ports);
  }
}

/** The same for every run of the first try of this step. */
export function markOf(step: string): Mark {
  const id = Buffer.from(step).toString('hex').padEnd(16, '0').slice(0, 16);
  return { incident: incident.id, step, attempt: 1, id, earlier: [] };
}
