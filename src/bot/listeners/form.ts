import type { App } from '@slack/bolt';
import { readClick } from '../click.ts';
import { actionIds } from '../ids.ts';
import { openForm } from '../open-form.ts';
import { tell } from '../tell.ts';
import { follow, type ListenerParts, unknownButton } from './listener.ts';

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
