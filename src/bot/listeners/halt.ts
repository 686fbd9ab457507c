import type { App } from '@slack/bolt';
import { refusedToHalt } from '../access/may-halt.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { within } from '../clicks/deadline.ts';
import { haltForm } from '../clicks/halt-form.ts';
import { refusedReply } from '../commands/command.ts';
import { haltNow } from '../commands/halt.ts';
import { haltFormId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { readAnswers, Submitted } from '../views/form.ts';

/** The form of `/relight halt` without a reason. The role is checked again: the form may have been open for long. */
export function listenForHalts(app: App, services: ListenerServices): void {
  app.view(haltFormId, async ({ ack, body }) => {
    const limit = within(services.limits.record);
    const { user, view } = Submitted.parse(body);
    const { answers, errors } = readAnswers(haltForm, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const channel = services.settings.incident_channel;
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    const refusal = await refusedToHalt(services, requester, 'halt');
    const reply =
      refusal === undefined
        ? await haltNow(services, requester, { why: answers['why'] ?? '', limit })
        : refusedReply(refusal);
    await ack();
    await tell(services, { user: user.id, channel, thread: undefined }, reply.text);
    await reply.after?.();
  });
}
