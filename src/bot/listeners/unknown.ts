import type { App } from '@slack/bolt';
import { type ListenerParts, unknownButton } from '../clicks/answer.ts';
import { readClick } from '../clicks/click.ts';
import { actionIds } from '../ids.ts';
import { tell } from '../slack/tell.ts';

/** Buttons of other versions of Relight: whoever presses one is told, instead of seeing Slack's error sign. */
export function listenForUnknown(app: App, parts: ListenerParts): void {
  const known = Object.values(actionIds).join('|');
  app.action(new RegExp(`^(?!(?:${known})$)`), async ({ ack, body }) => {
    await ack();
    await tell(parts, readClick(body).place, unknownButton);
  });
}
