import type { App } from '@slack/bolt';
import { stateOf } from '../../incidents/incident.ts';
import { readClick } from '../click.ts';
import { actionIds } from '../ids.ts';
import { tell } from '../tell.ts';
import { answerText } from '../views/answers.ts';
import { requestView } from '../views/request.ts';
import { type ListenerParts, unknownButton } from './listener.ts';

/** A press on "See the request": the whole request, for reading. */
export function listenForRequests(app: App, parts: ListenerParts): void {
  app.action(actionIds.request, async ({ ack, body }) => {
    await ack();
    const { place, trigger, ref } = readClick(body);
    if (ref === undefined) return tell(parts, place, unknownButton);
    const state = stateOf(await parts.store.load(ref.incident), ref.step);
    const proposal = 'proposal' in state ? state.proposal : undefined;
    const hash = 'hash' in state ? state.hash : undefined;
    if (proposal === undefined || hash?.startsWith(ref.hash) !== true)
      return tell(parts, place, answerText({ kind: 'old-copy' }));
    await parts.client.views.open({ trigger_id: trigger, view: requestView(proposal, hash) });
  });
}
