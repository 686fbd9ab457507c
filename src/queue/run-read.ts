import { runOf } from '../incidents/incident.ts';
import { Again, Proposal } from '../playbooks/outcome.ts';
import { inputToUse } from './fill-in.ts';
import { hashOf } from './proposal-hash.ts';
import { markOf, progress, type RunParts, record, type StepRun } from './step-run.ts';

/** Runs a read action; milliseconds: look again then. */
export async function look(parts: RunParts, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  if (action.effect !== 'read') return undefined;
  const outcome = await action.run(await inputFor(parts, run), parts.portsFor(markOf(run.job)));
  if (outcome instanceof Again) {
    await record(parts, run, progress(run.job, outcome.note));
    return outcome.afterMs;
  }
  const { step, attempt } = run.job;
  const result = parts.sealer.seal(action.output.parse(outcome), run.incident.id);
  await record(parts, run, { type: 'step-done', step, attempt, result });
  return undefined;
}

/** Freezes the request of a change, with hashes in place of its secrets, and lays it before people. */
export async function preview(parts: RunParts, run: StepRun): Promise<undefined> {
  const { action } = run.step;
  if (action.effect !== 'change') return undefined;
  const mark = markOf(run.job);
  const proposed = Proposal.parse(
    await action.preview(await inputFor(parts, run), parts.portsFor(mark), mark),
  );
  const proposal = { ...proposed, request: parts.sealer.seal(proposed.request, run.incident.id) };
  const { step, attempt } = run.job;
  const { role, needs } = parts.policyOf(run.incident.tier, action.approver);
  await record(parts, run, {
    type: 'step-proposed',
    step,
    attempt,
    proposal,
    hash: hashOf(proposal),
    role,
    needs,
  });
  return undefined;
}

/** What the step of this run works on. */
export async function inputFor(parts: RunParts, run: StepRun): Promise<unknown> {
  const { step, incident } = run;
  return inputToUse(parts, run, step.inputFor(runOf(incident).results, incident.adjusted[step.key]));
}
