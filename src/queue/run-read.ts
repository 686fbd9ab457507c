import { sha256 } from '../audit/chain.ts';
import { runOf } from '../incidents/incident.ts';
import { Again, Proposal } from '../playbooks/outcome.ts';
import { markOf, progress, type RunParts, record, type StepRun } from './step-run.ts';

/** Runs a read action; milliseconds: look again then. */
export async function look(parts: RunParts, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  if (action.effect !== 'read') return undefined;
  const outcome = await action.run(inputFor(run), parts.portsFor(markOf(run.job)));
  if (outcome instanceof Again) {
    await record(parts, run, progress(run.job, outcome.note));
    return outcome.afterMs;
  }
  const { step, attempt } = run.job;
  await record(parts, run, { type: 'step-done', step, attempt, result: action.output.parse(outcome) });
  return undefined;
}

/** Freezes the request of a change and lays it before people. */
export async function preview(parts: RunParts, run: StepRun): Promise<undefined> {
  const { action } = run.step;
  if (action.effect !== 'change') return undefined;
  const mark = markOf(run.job);
  const proposal = Proposal.parse(await action.preview(inputFor(run), parts.portsFor(mark), mark));
  const { step, attempt } = run.job;
  const { role, needs } = parts.policyOf(run.incident.tier, action.approver);
  await record(parts, run, {
    type: 'step-proposed',
    step,
    attempt,
    proposal,
    hash: sha256(proposal.request),
    role,
    needs,
  });
  return undefined;
}

/** What the step of this run works on. */
export function inputFor({ step, incident }: StepRun): unknown {
  return step.inputFor(runOf(incident).results, incident.adjusted[step.key]);
}
