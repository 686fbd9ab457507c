import type { App } from '@slack/bolt';
import { z } from 'zod';
import { type Form, formOf } from '../form-of.ts';
import { formId } from '../ids.ts';
import { answerText } from '../views/answers.ts';
import { FormMemo, readAnswers } from '../views/form.ts';
import { follow, type ListenerParts } from './listener.ts';

const Submission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({ private_metadata: z.string(), state: z.object({ values: z.unknown() }) }),
});

/** A filled-in form. It stays open with what was typed until the answers are in the journal. */
export function listenForSubmissions(app: App, parts: ListenerParts): void {
  app.view(formId, async ({ ack, body }) => {
    const { user, view } = Submission.parse(body);
    const { ref, thread } = FormMemo.parse(view.private_metadata);
    const form = await formOf(parts, ref);
    const { answers, errors } = readAnswers(form, view.state.values);
    if (form === undefined || Object.keys(errors).length > 0)
      return ack({ response_action: 'errors', errors });
    const channel = parts.settings.incident_channel;
    const asker = { actor: { user: user.id, via: 'form' }, channel } as const;
    const filled = { role: form.approver, answers };
    const outcome = await parts.intents.fillIn(ref, asker, form.purpose, filled);
    if (outcome.kind === 'not-recorded') return ack(onFirstField(form, answerText(outcome)));
    await ack();
    return follow(parts, ref.incident, outcome, { user: user.id, channel, thread });
  });
}

function onFirstField(
  form: Form,
  text: string,
): { response_action: 'errors'; errors: Record<string, string> } {
  return { response_action: 'errors', errors: { [form.fields[0]?.key ?? '']: text } };
}
