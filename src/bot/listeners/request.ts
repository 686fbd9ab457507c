import type { App, types } from '@slack/bolt';
import { z } from 'zod';
import { incidentFrom } from '../../incidents/model/reduce.ts';
import { type FoundRequest, findRequest } from '../../incidents/request/find-request.ts';
import { layOut } from '../../incidents/request/proposal-layout.ts';
import type { Step } from '../../playbooks/define.ts';
import type { AwsCall } from '../../ports/calls.ts';
import { type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import type { Asker, Outcome } from '../clicks/outcome-form.ts';
import { actionIds, requestId, StepRef, stepRef } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';
import { requestView } from '../views/request/request.ts';
import { stepCommand } from '../views/step/step-command.ts';
import { allSteps, asksPeople, type StepView } from '../views/step-views.ts';

/** "See the request" opens the whole request for reading, page by page. It is for responders, and who looked is recorded. */
export function listenForRequests(app: App, parts: ListenerParts): void {
  app.action(actionIds.request, async ({ ack, body }) => {
    await ack();
    const { asker, place, trigger, ref } = readClick(body);
    if (ref === undefined) return tell(parts, place, unknownButton);
    const opened = await openPage(parts, ref, asker, 1);
    if ('kind' in opened) return tell(parts, place, answerText(opened));
    await parts.client.views.open({ trigger_id: trigger, view: opened });
  });
  app.view(requestId, async ({ ack, body }) => {
    const { user, view } = Turning.parse(body);
    const { ref, page } = view.private_metadata;
    // Slack names no channel here: the view was opened from the incident's thread.
    const channel = parts.settings.incident_channel;
    const turned = await openPage(parts, ref, { actor: { user: user.id, via: 'button' }, channel }, page + 1);
    if (!('kind' in turned)) return ack({ response_action: 'update', view: outgoing(turned) });
    await ack();
    return tell(parts, { user: user.id, channel }, answerText(turned));
  });
}

/** The view's own button, which turns to the next page. */
const Turning = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(z.object({ ref: StepRef, page: z.number().int() })),
  }),
});

/** The page, or what keeps it shut. */
async function openPage(
  parts: ListenerParts,
  ref: StepRef,
  asker: Asker,
  page: number,
): Promise<types.ModalView | Outcome> {
  const journal = await parts.store.journal(ref.incident);
  const found = findRequest(journal, ref);
  const outcome = await parts.intents.viewRequest(ref, asker, found);
  if (outcome.kind !== 'shown' || found === undefined) return outcome;
  const view = allSteps(incidentFrom(journal), parts.catalog.get).find(({ step }) => step.key === ref.step);
  return requestView(found.proposal, found.hash, {
    calls: callsOf(found, view?.step),
    approved: found.approved,
    sent: found.sent,
    ref: stepRef(ref.incident, ref.step, ref.attempt, found.hash),
    page,
    messageIsWhole: layOut(found.proposal).whole,
    ...(view !== undefined &&
      waitsFor(found, view) && { command: stepCommand(ref.incident, ref.step, view.state) }),
  });
}

function callsOf({ proposal, facts }: FoundRequest, step: Step | undefined): readonly AwsCall[] {
  const sends = step?.kind === 'action' && step.action.effect === 'change' ? step.action.sends : undefined;
  return sends?.(proposal, facts) ?? [];
}

/** Whether this very request is the one that people are asked to approve now. */
function waitsFor({ hash }: FoundRequest, view: StepView): boolean {
  return asksPeople(view) && view.state.status === 'proposed' && view.state.hash === hash;
}
