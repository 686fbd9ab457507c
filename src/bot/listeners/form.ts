import type { App } from '@slack/bolt';
import { follow, type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { openForm } from '../clicks/open-form.ts';
import { actionIds } from '../ids.ts';
import { tell } from '../slack/tell.ts';

/** A press on a button that opens a form: of a manual step, or for other values than Relight proposes. */
export function listenForForms(app: App, parts: ListenerParts): void {
  app.action(actionIds.form, async ({ ack, body }) => {
    await ack();
    const { asker, place, trigger, ref } = readClick(body);
    if (ref === undefined) return tell(parts, place, unknownButton);
    const outcome = await openForm(parts, ref, asker, { trigger, thread: place.thread });
    if (outcome !== undefined) await follow(parts, ref.incident, outcome, place);
  });
}
