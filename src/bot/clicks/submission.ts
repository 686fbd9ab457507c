import type { App, SlackViewMiddlewareArgs } from '@slack/bolt';
import type { Answers } from '../../playbooks/define.ts';
import type { StepRef } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';
import { type FormContent, FormMemo, firstFieldIn, readAnswers, Submitted } from '../views/form.ts';
import { type ListenerServices, replyAndAdvance } from './answer.ts';
import type { ClickResponse, Requester } from './click.ts';
import { firstWithin } from './deadline.ts';

/** The form is read again before the decision, whose limits leave this much of Slack's 3 s. */
const formMs = 400;

interface SubmissionHandler<F> {
  /** Undefined if the question is no longer open. */
  readonly formOf: (ref: StepRef) => Promise<F | undefined>;
  readonly record: (ref: StepRef, requester: Requester, form: F, answers: Answers) => Promise<ClickResponse>;
}

/** Handles the submitted forms with this id. A form stays open with the typed values until they are in the journal. */
export function onSubmission<F extends FormContent>(
  app: App,
  services: ListenerServices,
  id: string,
  handler: SubmissionHandler<F>,
): void {
  app.view(id, async ({ ack, body }) => take(services, ack, body, handler));
}

async function take<F extends FormContent>(
  services: ListenerServices,
  ack: SlackViewMiddlewareArgs['ack'],
  body: unknown,
  { formOf, record }: SubmissionHandler<F>,
): Promise<void> {
  const { user, view } = Submitted.parse(body);
  const { ref, thread } = FormMemo.parse(view.private_metadata);
  const read = await firstWithin(
    formMs,
    formOf(ref).then((form) => ({ form })),
  ).catch(async (error: unknown) => {
    // Without an acknowledgment Slack shows its own error sign in the form.
    await ack();
    throw error;
  });
  if (read === undefined)
    return refuse(ack, firstFieldIn(view.state.values), answerText({ kind: 'not-recorded' }));
  const { form } = read;
  const { answers, errors } = readAnswers(form, view.state.values);
  const channel = services.settings.incident_channel;
  if (form === undefined) {
    await ack();
    return tell(services, { user: user.id, channel, thread }, answerText({ kind: 'not-current' }));
  }
  if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
  const requester = { actor: { user: user.id, via: 'form' }, channel, thread } as const;
  const result = await record(ref, requester, form, answers);
  if (result.kind === 'not-recorded' || result.kind === 'unfit') {
    const [field, says] =
      result.kind === 'unfit' ? [result.field, result.says] : [form.fields[0]?.key ?? '', answerText(result)];
    return refuse(ack, field, says);
  }
  await ack();
  return replyAndAdvance(services, ref.incident, result, { user: user.id, channel, thread });
}

/** The form stays open with the typed values, and the field says why. */
function refuse(ack: SlackViewMiddlewareArgs['ack'], field: string, says: string): Promise<void> {
  return ack({ response_action: 'errors', errors: outgoing({ [field]: says }) });
}
