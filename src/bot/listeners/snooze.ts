import type { App } from '@slack/bolt';
import { follow, type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { openSnoozeForm, snoozeForm } from '../clicks/snooze-form.ts';
import { takeSubmission } from '../clicks/submission.ts';
import { actionIds, snoozeFormId } from '../ids.ts';
import { tell } from '../slack/tell.ts';

/** The button on the card that holds new threads back for a while, its form, and the button that ends it. */
export function listenForSnoozes(app: App, parts: ListenerParts): void {
  app.action(actionIds.snooze, async ({ ack, body }) => {
    await ack();
    const { place, trigger, ref } = readClick(body);
    if (ref === undefined) return tell(parts, place, unknownButton);
    const outcome = await openSnoozeForm(parts, ref, { trigger, thread: place.thread });
    if (outcome !== undefined) await follow(parts, ref.incident, outcome, place);
  });
  app.action(actionIds.endSnooze, async ({ ack, body }) => {
    const { asker, place, ref } = readClick(body);
    const outcome = ref === undefined ? undefined : await parts.intents.endSnooze(ref, asker);
    await ack();
    if (ref === undefined || outcome === undefined) return tell(parts, place, unknownButton);
    return follow(parts, ref.incident, outcome, place);
  });
  app.view(snoozeFormId, async (call) =>
    takeSubmission(parts, call, {
      formOf: async ({ incident }) => snoozeForm(await parts.store.load(incident)),
      record: async ({ ref, asker, form, answers }) => parts.intents.snooze(ref, asker, form.wish(answers)),
    }),
  );
}
