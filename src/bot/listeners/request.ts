import type { App } from '@slack/bolt';
import { readClick } from '../click.ts';
import { actionIds } from '../ids.ts';
import { tell } from '../tell.ts';
import { answerText } from '../views/answers.ts';
import { requestView } from '../views/request.ts';
import { type ListenerParts, unknownButton } from './listener.ts';

/** A press on "See the request": the whole request, for responders. Who opened it is recorded first. */
export function listenForRequests(app: App, parts: ListenerParts): void {
  app.action(actionIds.request, async ({ ack, body }) => {
    await ack();
    const { asker, place, trigger, ref } = readClick(body);
    if (ref === undefined) return tell(parts, place, unknownButton);
    const outcome = await parts.intents.viewRequest(ref, asker);
    if (outcome.kind !== 'shown') return tell(parts, place, answerText(outcome));
    const view = requestView(outcome.proposal, outcome.hash);
    await parts.client.views.open({ trigger_id: trigger, view });
  });
}
