import { runOf } from '../../incidents/model/incident.ts';
import { layOut } from '../../incidents/request/proposal-layout.ts';
import { requestFile, shownRequest } from '../../incidents/request/shown-request.ts';
import type { ChangeAction } from '../../playbooks/define/action.ts';
import { markOf, stillOpen } from '../../ports/calls.ts';
import type { Files } from '../../ports/files.ts';
import type { Mark } from '../../ports/ports.ts';
import { Again, Proposal, proposalHash } from '../../ports/step-output.ts';
import { inputToUse } from './fill-in.ts';
import { progress, type RunParts, record, type StepRun } from './step-run.ts';

/** Runs a read or a note action. Returns the milliseconds after which to look again, if it has nothing to report yet. */
export async function look(parts: RunParts, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  if (action.effect === 'change') return undefined;
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

/** Freezes the request of a change, with hashes instead of secrets, and proposes it. */
export async function preview(parts: RunParts, run: StepRun): Promise<undefined> {
  const { action } = run.step;
  if (action.effect !== 'change') return undefined;
  const mark = markOf(run.job);
  const ports = parts.portsFor(mark);
  const proposed = Proposal.parse(await action.preview(await inputFor(parts, run), ports, mark));
  const proposal = sealedFor(parts, run, proposed);
  const hash = proposalHash(proposal);
  const { step, attempt } = run.job;
  const { role, needs } = parts.policyOf(run.incident.tier, action.approver);
  await record(parts, run, {
    type: 'step-proposed',
    step,
    attempt,
    proposal: await readableWhole(proposal, hash, action, { mark, files: ports.files }),
    hash,
    role,
    needs,
  });
  return undefined;
}

/** If the request does not fit into the message, the complete request is attached to the thread as a file. */
async function readableWhole(
  proposal: Proposal,
  hash: string,
  { sends }: Pick<ChangeAction<unknown, unknown>, 'sends'>,
  { mark, files }: { readonly mark: Mark; readonly files: Files },
): Promise<Proposal> {
  if (layOut(proposal).whole) return proposal;
  const { id, incident } = mark;
  const calls = sends?.(proposal, { id, incident, hash, approvers: [stillOpen] }) ?? [];
  const bytes = new TextEncoder().encode(requestFile(shownRequest(proposal, hash, calls)));
  const file = await files.keep(`request-${hash.slice(0, 8)}.json`, 'text/plain', bytes);
  return { ...proposal, files: [{ ...file, title: 'The whole request' }] };
}

function sealedFor({ sealer }: RunParts, { incident }: StepRun, proposed: Proposal): Proposal {
  const { request, reliesOn } = proposed;
  return {
    ...proposed,
    request: sealer.seal(request, incident.id),
    ...(reliesOn !== undefined && { reliesOn: sealer.seal(reliesOn, incident.id) }),
  };
}

/** The input of this run's step. */
export async function inputFor(parts: RunParts, run: StepRun): Promise<unknown> {
  const { step, incident } = run;
  return inputToUse(parts, run, step.inputFor(runOf(incident).results, incident.adjusted[step.key]));
}
