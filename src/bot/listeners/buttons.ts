import type { App } from '@slack/bolt';
import { follow, type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { actionIds } from '../ids.ts';
import { tell } from '../slack/tell.ts';

/** A press on the button of a change: the approval is in the journal before Slack is answered. */
export function listenForApprovals(app: App, parts: ListenerParts): void {
  app.action(actionIds.approve, async ({ ack, body }) => {
    const { asker, place, ref } = readClick(body);
    const outcome = ref === undefined ? undefined : await parts.intents.approve(ref, asker);
    await ack();
    if (ref === undefined || outcome === undefined) return tell(parts, place, unknownButton);
    return follow(parts, ref.incident, outcome, place);
  });
}
