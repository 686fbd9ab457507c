import type { App } from '@slack/bolt';
import { type ListenerServices, replyAndAdvance } from '../clicks/answer.ts';
import { chooseIncidentForm } from '../clicks/incident/choose-incident.ts';
import { afterChoice } from '../commands/incident/after-choice.ts';
import { chooseIncidentFormId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { FormMemo, readAnswers, Submitted } from '../views/form.ts';

/** The form of a command that names no incident: it turns into the form of the command, or the command is carried out. */
export function listenForChosenIncidents(app: App, services: ListenerServices): void {
  app.view(chooseIncidentFormId, async ({ ack, body }) => {
    const { user, view } = Submitted.parse(body);
    const { ref, channel = services.settings.incident_channel } = FormMemo.parse(view.private_metadata);
    const form = await chooseIncidentForm(services, ref.step);
    const { answers, errors } = readAnswers(form, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const incident = form.incident(answers);
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    const next = await afterChoice(services, { ...ref, incident }, requester);
    if ('type' in next) return ack({ response_action: 'update', view: outgoing(next) });
    await ack();
    const target = { user: user.id, channel };
    return 'kind' in next
      ? replyAndAdvance(services, incident, next, target)
      : tell(services, target, next.text);
  });
}
