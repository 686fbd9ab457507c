import type { App } from '@slack/bolt';
import type { ListenerServices } from '../clicks/answer.ts';
import { chooseJobForm } from '../clicks/choose-job-form.ts';
import { gradeNewest } from '../commands/grade-checkpoints.ts';
import { chooseJobFormId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { FormMemo, readAnswers, Submitted } from '../views/form.ts';

/** The form of `/relight checkpoints` without a job. The role is checked when it is sent. */
export function listenForGradings(app: App, services: ListenerServices): void {
  app.view(chooseJobFormId, async ({ ack, body }) => {
    const { user, view } = Submitted.parse(body);
    const { channel = services.settings.incident_channel } = FormMemo.parse(view.private_metadata);
    const form = await chooseJobForm(services);
    const { answers, errors } = readAnswers(form, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    const reply = await gradeNewest(services, { requester }, form?.job(answers) ?? '');
    await ack();
    await tell(services, { user: user.id, channel }, reply.text);
    await reply.after?.();
  });
}
