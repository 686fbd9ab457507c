import type { App } from '@slack/bolt';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { drillForm } from '../clicks/drill-form.ts';
import { refusedReply } from '../commands/command.ts';
import { startDrill } from '../commands/drill.ts';
import { drillFormId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { readAnswers, Submitted } from '../views/form.ts';

/** The form of `/relight drill` without a playbook. The role is checked again: the form may have been open for long. */
export function listenForDrills(app: App, services: ListenerServices): void {
  app.view(drillFormId, async ({ ack, body }) => {
    const { user, view } = Submitted.parse(body);
    const form = drillForm(services.catalog);
    const { answers, errors } = readAnswers(form, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const channel = services.settings.incident_channel;
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    const refusal = await refusedTo(services, requester, 'drill', 'responder');
    const reply =
      refusal === undefined
        ? await startDrill(services, requester, form.chosen(answers))
        : refusedReply(refusal);
    await ack();
    await tell(services, { user: user.id, channel, thread: undefined }, reply.text);
    await reply.after?.();
  });
}
