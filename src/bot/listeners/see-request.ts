import type { App, types } from '@slack/bolt';
import { z } from 'zod';
import { type FoundRequest, findRequest } from '../../incidents/request/find-request.ts';
import { layOut } from '../../incidents/request/proposal-layout.ts';
import type { Step } from '../../playbooks/define.ts';
import type { AwsCall } from '../../ports/calls.ts';
import { type ListenerServices, onButton } from '../clicks/answer.ts';
import type { ClickResponse, Requester } from '../clicks/click.ts';
import { actionIds, requestId, StepRef, stepCommand, stepRef } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';
import { inDrill } from '../views/drills/drill-words.ts';
import { requestView } from '../views/request/request.ts';
import { allSteps, asksPeople, type StepView } from '../views/step-views.ts';

/** "See the request" opens the whole request, page by page. It takes a responder, and each view is recorded. */
export function listenForRequests(app: App, services: ListenerServices): void {
  onButton(app, services, actionIds.request, async (ref, { requester, trigger }) => {
    const opened = await openPage(services, ref, requester, 1);
    if ('kind' in opened) return opened;
    await services.client.views.open({ trigger_id: trigger, view: opened });
    return undefined;
  });
  app.view(requestId, async ({ ack, body }) => {
    const { user, view } = NextPage.parse(body);
    const { ref, page } = view.private_metadata;
    // Slack names no channel here: the view was opened from the incident's thread.
    const channel = services.settings.incident_channel;
    const requester = { actor: { user: user.id, via: 'button' }, channel } as const;
    const next = await openPage(services, ref, requester, page + 1);
    if (!('kind' in next)) return ack({ response_action: 'update', view: outgoing(next) });
    await ack();
    return tell(services, { user: user.id, channel }, inDrill(ref.incident, answerText(next)));
  });
}

/** A click on the view's own button, which turns to the next page. */
const NextPage = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(z.object({ ref: StepRef, page: z.number().int() })),
  }),
});

/** The page, or why it cannot be shown. */
async function openPage(
  services: ListenerServices,
  ref: StepRef,
  requester: Requester,
  page: number,
): Promise<types.ModalView | ClickResponse> {
  const journal = await services.store.findJournal(ref.incident);
  const found = journal && findRequest(journal.entries, ref);
  const result = await services.intents.viewRequest(ref, requester, found);
  if (result.kind !== 'shown' || journal === undefined || found === undefined) return result;
  const steps = allSteps(journal.incident, services.catalog.get);
  const view = steps.find(({ step }) => step.key === ref.step);
  const { proposal, hash, approved, sent } = found;
  return requestView(proposal, hash, {
    calls: callsOf(found, view?.step),
    approved,
    sent,
    ref: stepRef(ref.incident, ref.step, ref.attempt, hash),
    page,
    messageIsWhole: layOut(proposal).whole,
    ...(view !== undefined &&
      awaitsApproval(found, view) && { command: stepCommand(ref.incident, ref.step, view.state) }),
  });
}

function callsOf({ proposal, facts }: FoundRequest, step: Step | undefined): readonly AwsCall[] {
  const sends = step?.kind === 'action' && step.action.effect === 'change' ? step.action.sends : undefined;
  return sends?.(proposal, facts) ?? [];
}

/** Whether people are asked to approve exactly this request now. */
function awaitsApproval({ hash }: FoundRequest, view: StepView): boolean {
  return asksPeople(view) && view.state.status === 'proposed' && view.state.hash === hash;
}
