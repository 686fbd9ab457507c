import { nearest } from '../../config/nearest.ts';
import { currentStep, type Incident, runOf, stateOf } from '../../incidents/model/incident.ts';
import { isUnresolved } from '../../incidents/unresolved.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { follow, type ListenerParts } from '../clicks/answer.ts';
import { howToApprove } from '../clicks/how-to-approve.ts';
import { openForm } from '../clicks/open-form.ts';
import type { Outcome } from '../clicks/outcome-form.ts';
import { outcomeForm } from '../clicks/playbook-forms.ts';
import { attemptFor } from '../clicks/playbook-intents.ts';
import { outcomeFormId, type StepRef, shortHash } from '../ids.ts';
import { answerText } from '../views/answers.ts';
import { formView } from '../views/form.ts';
import { escape, line } from '../views/untrusted.ts';
import { signs } from '../views/words.ts';
import type { Command, CommandCall } from './command.ts';

export const step: Command = {
  name: 'step',
  takes: 'INCIDENT STEP [REQUEST]',
  does: 'does what the button of that step does: approve, try again, or open its form',
  run: async (parts, call) => {
    const [, id = '', key = '', hash = ''] = call.words;
    if (id === '') return { text: missing };
    const incident = await parts.store.load(id);
    if (key === '') return { text: missingStep(incident) };
    if (!incident.pinned.includes(key)) return { text: unknownStep(incident, key) };
    const state = stateOf(incident, key);
    const answer = await withoutApproval(parts, incident, { key, state, hash });
    if (answer !== undefined) return { text: answer };
    const outcome = await press(parts, incident, { key, hash }, call);
    if (outcome === undefined) return { text: 'The form is open.' };
    return { text: answerText(outcome), after: async () => follow(parts, id, outcome, undefined) };
  },
};

/**
 * An approval has to name the request that the person read: somebody may have changed it a moment ago. Undefined where
 * it names the present one, or where nothing is to be approved; otherwise the answer, which approves nothing.
 */
async function withoutApproval(
  parts: ListenerParts,
  incident: Incident,
  { key, state, hash }: { readonly key: string; readonly state: StepState; readonly hash: string },
): Promise<string | undefined> {
  if (state.status !== 'proposed') return undefined;
  const typed = hash.toLowerCase();
  if (typed.length >= shortHash(state.hash).length && state.hash.startsWith(typed)) return undefined;
  const last = state.approvals.at(-1);
  if (hash === '' && last !== undefined && state.approvals.length >= state.needs)
    return answerText({ kind: 'taken', ...last });
  const why =
    hash === ''
      ? 'Nothing is approved yet: name the request.'
      : `${signs.warning} Nothing is approved: \`${escape(line(hash.replaceAll('`', ''), 20))}\` is not the present request. It was changed, or the letters are wrong.`;
  return [
    why,
    `The present request: ${escape(line(state.proposal.headline, 300))}`,
    await howToApprove(parts, incident, key),
  ].join('\n');
}

async function press(
  parts: ListenerParts,
  incident: Incident,
  { key, hash }: { readonly key: string; readonly hash: string },
  { asker, trigger }: CommandCall,
): Promise<Outcome | undefined> {
  const state = stateOf(incident, key);
  const ref: StepRef = {
    incident: incident.id,
    step: key,
    attempt: 'attempt' in state ? state.attempt : 1,
    hash: hash.toLowerCase(),
  };
  if (state.status === 'failed') return parts.intents.retry(ref, asker);
  const playbook = parts.catalog.get(incident.playbook ?? '');
  const found = playbook?.stepsIn(runOf(incident))?.find((one) => one.key === key);
  if (playbook !== undefined && isUnresolved(incident, playbook))
    return openOutcomeForm(parts, incident, trigger);
  if (found?.kind === 'manual') return openForm(parts, ref, asker, { trigger, thread: undefined });
  return parts.intents.approve(ref, asker);
}

/** Before what is asked at the end, somebody says how it ended. */
async function openOutcomeForm(
  parts: ListenerParts,
  incident: Incident,
  trigger: string,
): Promise<undefined> {
  const ref: StepRef = { incident: incident.id, step: 'outcome', attempt: attemptFor(incident), hash: '' };
  const view = formView(ref, outcomeForm(incident), { id: outcomeFormId, thread: undefined });
  await parts.client.views.open({ trigger_id: trigger, view });
}

const missing =
  'The incident and the step are missing: `/relight step INCIDENT STEP`. `/relight list` shows the open incidents.';

function missingStep({ id, pinned, ...incident }: Incident): string {
  const current = currentStep({ pinned, states: incident.states });
  const now = current === undefined ? '' : ` It is at \`${current}\`.`;
  return `The step is missing: \`/relight step ${id} STEP\`.${now} Its steps are ${pinned.map((key) => `\`${key}\``).join(', ')}.`;
}

function unknownStep({ id, pinned }: Incident, word: string): string {
  const close = nearest(word, pinned);
  const hint = close === undefined ? '' : ` Did you mean \`${close}\`?`;
  const typed = escape(line(word, 40).replaceAll('`', '')) || '…';
  return `${id} has no step \`${typed}\`.${hint} Its steps are ${pinned.map((key) => `\`${key}\``).join(', ')}.`;
}
