import type { App } from '@slack/bolt';
import { follow, type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { actionIds } from '../ids.ts';
import { tell } from '../slack/tell.ts';

/** A press on "Try again": a new try of a failed step, under a new name. */
export function listenForRetries(app: App, parts: ListenerParts): void {
  app.action(actionIds.retry, async ({ ack, body }) => {
    const { asker, place, ref } = readClick(body);
    const outcome = ref === undefined ? undefined : await parts.intents.retry(ref, asker);
    await ack();
    if (ref === undefined || outcome === undefined) return tell(parts, place, unknownButton);
    return follow(parts, ref.incident, outcome, place);
  });
}
