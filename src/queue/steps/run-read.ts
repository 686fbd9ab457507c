import { runOf } from '../../incidents/model/incident.ts';
import { policyNow } from '../../incidents/request/outdated-request.ts';
import { layOut } from '../../incidents/request/proposal-layout.ts';
import { requestFile, shownRequest } from '../../incidents/request/shown-request.ts';
import { type ChangeAction, policyOfAction } from '../../playbooks/define/action.ts';
import { attemptKeyOf, stillOpen } from '../../ports/calls.ts';
import type { Files } from '../../ports/files.ts';
import type { AttemptKey } from '../../ports/ports.ts';
import { Again, Proposal, proposalHash } from '../../ports/step-output.ts';
import { inputToUse } from './fill-in.ts';
import { progress, type RunDeps, record, type StepRun } from './step-run.ts';
import { withEstimate } from './with-estimate.ts';

/** Runs a read action. Returns the milliseconds after which to look again, if it has nothing to report yet. */
export async function look(deps: RunDeps, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  if (action.effect === 'change') return undefined;
  return report(deps, run, await action.run(await inputFor(deps, run), deps.portsFor(attemptKeyOf(run.job))));
}

/** Records the result, or that there is none yet. */
async function report(deps: RunDeps, run: StepRun, outcome: unknown): Promise<number | undefined> {
  if (outcome instanceof Again) {
    await record(deps, run, progress(run.job, outcome.note));
    return outcome.afterMs;
  }
  const { step, attempt } = run.job;
  const result = deps.sealer.seal(run.step.action.output.parse(outcome), run.incident.id);
  await record(deps, run, { type: 'step-done', step, attempt, result });
  return undefined;
}

/** Freezes the request of a change, with hashes instead of secrets, and proposes it. */
export async function preview(deps: RunDeps, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  if (action.effect !== 'change') return undefined;
  const attemptKey = attemptKeyOf(run.job);
  const input = await inputFor(deps, run);
  const made = await action.madeEarlier?.(input, deps.portsFor(attemptKey), attemptKey);
  if (made !== undefined) return report(deps, run, made);
  await propose(deps, run, action, input);
  return undefined;
}

async function propose(
  deps: RunDeps,
  run: StepRun,
  action: ChangeAction<unknown, unknown>,
  input: unknown,
): Promise<void> {
  const attemptKey = attemptKeyOf(run.job);
  const ports = deps.portsFor(attemptKey);
  const proposed = Proposal.parse(await action.preview(input, ports, attemptKey));
  const estimated = await withEstimate(proposed, action.name, run.incident, ports);
  const proposal = sealedFor(deps, run, estimated);
  const hash = proposalHash(proposal);
  const { step, attempt } = run.job;
  const declared = policyOfAction(action);
  const { policyOf, hasTier = () => true } = deps;
  const { role, needs, others } = policyNow({ policyOf, hasTier }, run.incident, declared);
  await record(deps, run, {
    type: 'step-proposed',
    step,
    attempt,
    proposal: await readableWhole(proposal, hash, action, { attemptKey, files: ports.files }),
    hash,
    role,
    needs,
    policyClass: declared.policyClass,
    ...(others && { others }),
  });
}

/** If the request does not fit into the message, the complete request is attached to the thread as a file. */
async function readableWhole(
  proposal: Proposal,
  hash: string,
  { sends }: Pick<ChangeAction<unknown, unknown>, 'sends'>,
  { attemptKey, files }: { readonly attemptKey: AttemptKey; readonly files: Files },
): Promise<Proposal> {
  if (layOut(proposal).whole) return proposal;
  const { id, incident } = attemptKey;
  const calls = sends?.(proposal, { id, incident, hash, approvers: [stillOpen] }) ?? [];
  const bytes = new TextEncoder().encode(requestFile(shownRequest(proposal, hash, calls)));
  const file = await files.keep(`request-${hash.slice(0, 8)}.json`, 'text/plain', bytes);
  return { ...proposal, files: [{ ...file, title: 'The whole request' }] };
}

function sealedFor({ sealer }: RunDeps, { incident }: StepRun, proposed: Proposal): Proposal {
  const { request, reliesOn } = proposed;
  return {
    ...proposed,
    request: sealer.seal(request, incident.id),
    ...(reliesOn !== undefined && { reliesOn: sealer.seal(reliesOn, incident.id) }),
  };
}

export async function inputFor(deps: RunDeps, run: StepRun): Promise<unknown> {
  const { step, incident } = run;
  return inputToUse(deps, run, step.inputFor(runOf(incident).results, incident.adjusted[step.key]));
}
