import { isUnresolved } from '../../incidents/choose-playbook.ts';
import { isRetryable } from '../../incidents/decisions.ts';
import { missingApprovals } from '../../incidents/model/approvals.ts';
import { type Incident, runOf, stateOf } from '../../incidents/model/incident.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { ClickResponse, Requester } from '../clicks/click.ts';
import { outcomeForm } from '../clicks/playbook-forms.ts';
import { attemptFor } from '../clicks/playbook-intents.ts';
import { openForm } from '../clicks/step-form.ts';
import { commandName, outcomeFormId, type StepRef, shortHash, stepCommand } from '../ids.ts';
import { answerText } from '../views/answers.ts';
import { bold } from '../views/blocks.ts';
import { formView } from '../views/form.ts';
import { showsWhole } from '../views/step/step-message.ts';
import { stepsOf } from '../views/step-views.ts';
import { escape, line } from '../views/untrusted.ts';
import { signs } from '../views/words.ts';
import { type Command, type CommandCall, replyTo } from './command.ts';
import { chooseIncident } from './incident/choose.ts';
import { moveBy, moveNamed } from './step-moves.ts';
import { hintFor, inCode } from './typed-words.ts';

export const step: Command = {
  name: 'step',
  takes: '[INCIDENT [STEP [REQUEST | decline | skip | cancel | back | stop | keep | hold]]]',
  does: 'approves a request, or does what a step’s other buttons do. With an incident alone, it says what to send',
  run: async (services, call) => {
    const [, id = '', key = '', hash = ''] = call.words;
    if (id === '') return chooseIncident(services, call, 'step');
    const incident = await services.store.load(id);
    if (key === '') return { text: await whichStep(services, incident) };
    if (!incident.pinned.includes(key)) return { text: unknownStep(incident, key) };
    const state = stateOf(incident, key);
    const move = moveNamed(hash);
    if (move !== undefined) return replyTo(services, id, await moveBy(services, call, incident, key, move));
    const answer = await withoutApproval(services, incident, { key, state, hash });
    if (answer !== undefined) return { text: answer };
    return replyTo(services, id, await click(services, incident, { key, hash }, call));
  },
};

/**
 * An approval must name the request that the person read, because it may have changed a moment ago. Undefined if it names
 * the current request, or if nothing needs an approval; otherwise the reply, and nothing is approved.
 */
async function withoutApproval(
  services: ListenerServices,
  incident: Incident,
  { key, state, hash }: { readonly key: string; readonly state: StepState; readonly hash: string },
): Promise<string | undefined> {
  if (state.status !== 'proposed') return undefined;
  const typed = hash.toLowerCase();
  if (typed.length >= shortHash(state.hash).length && state.hash.startsWith(typed)) return undefined;
  const last = state.approvals.at(-1);
  if (hash === '' && last !== undefined && missingApprovals(state) === 0)
    return answerText({ kind: 'taken', ...last });
  const why =
    hash === ''
      ? 'Nothing is approved yet: add the request to the command.'
      : `${signs.warning} Nothing is approved: \`${escape(line(hash.replaceAll('`', ''), 20))}\` is not the current request. It has changed, or the characters are wrong.`;
  return [
    why,
    `Current request: ${escape(line(state.proposal.headline, 300))}`,
    await howToApprove(services, incident, key),
  ].join('\n');
}

/** Does the same as the button; undefined once a form is open. */
async function click(
  services: ListenerServices,
  incident: Incident,
  { key, hash }: { readonly key: string; readonly hash: string },
  { requester, trigger }: CommandCall,
): Promise<ClickResponse | undefined> {
  const state = stateOf(incident, key);
  const ref: StepRef = {
    incident: incident.id,
    step: key,
    attempt: 'attempt' in state ? state.attempt : 1,
    hash: hash.toLowerCase(),
  };
  if (isRetryable(state)) return services.intents.retry(ref, requester);
  const playbook = services.catalog.get(incident.playbook ?? '');
  const found = playbook?.stepsIn(runOf(incident))?.find((one) => one.key === key);
  if (playbook !== undefined && isUnresolved(incident, playbook))
    return openOutcomeForm(services, incident, requester, trigger);
  if (found?.kind === 'manual') return openForm(services, ref, requester, { trigger, thread: undefined });
  return services.intents.approve(ref, requester);
}

/** The closing questions wait until a person has said how the incident ended. */
async function openOutcomeForm(
  services: ListenerServices,
  incident: Incident,
  requester: Requester,
  trigger: string,
): Promise<ClickResponse | undefined> {
  const ref: StepRef = { incident: incident.id, step: 'outcome', attempt: attemptFor(incident), hash: '' };
  // A submitted form names no channel, so the channel is checked before it opens.
  const refusal = await services.intents.mayAct(ref, requester);
  if (refusal !== undefined) return refusal;
  const view = formView(ref, outcomeForm(incident), { id: outcomeFormId, thread: undefined });
  await services.client.views.open({ trigger_id: trigger, view });
  return undefined;
}

/**
 * How to approve the current request of a step by command. As with the button, the command is given only if the thread
 * shows the whole request; otherwise it is on the last page of the request, after everything there is to read.
 */
export async function howToApprove(
  { catalog, filesShown }: Pick<ListenerServices, 'catalog' | 'filesShown'>,
  incident: Incident,
  key: string,
): Promise<string> {
  const view = stepsOf(incident, catalog.get(incident.playbook ?? ''))?.find((one) => one.step.key === key);
  if (view !== undefined && showsWhole(incident, view, await filesShown(incident)))
    return `Read it in the thread, then send \`${stepCommand(incident.id, key, stateOf(incident, key))}\``;
  return 'The thread does not show the whole request: click *See the request* there and read every page. The last page has the command that approves it.';
}

/** For a person who does not know the keys of the steps: the current one, and what to send for it. */
async function whichStep(
  services: Pick<ListenerServices, 'catalog' | 'filesShown'>,
  incident: Incident,
): Promise<string> {
  const { id, pinned } = incident;
  const steps = `Steps: ${pinned.map(inCode).join(', ')}.`;
  const view = stepsOf(incident, services.catalog.get(incident.playbook ?? ''))?.find((one) => one.current);
  if (view === undefined) return `No step of ${id} is open. ${steps}`;
  const { step, state, title } = view;
  const command = `${commandName} step ${id} ${step.key}`;
  const waits = state.status === 'proposed' && missingApprovals(state) > 0;
  return [
    `The current step of ${id} is ${bold(title)} (${inCode(step.key)}).`,
    waits
      ? `To approve it: ${await howToApprove(services, incident, step.key)}\nTo decline it: \`${command} decline\``
      : `To do what its button does: \`${command}\``,
    steps,
  ].join('\n');
}

function unknownStep({ id, pinned }: Incident, word: string): string {
  return `${id} has no step ${inCode(word)}.${hintFor(word, pinned)} Steps: ${pinned.map(inCode).join(', ')}.`;
}
