import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { ManualStep } from '../../playbooks/define.ts';
import { formId } from '../ids.ts';
import { manualStep } from '../open-form.ts';
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
    const manual = await manualStep(parts, ref);
    const { answers, errors } = readAnswers(manual, view.state.values);
    if (manual === undefined || Object.keys(errors).length > 0)
      return ack({ response_action: 'errors', errors });
    const channel = parts.settings.incident_channel;
    const asker = { actor: { user: user.id, via: 'form' }, channel } as const;
    const outcome = await parts.intents.answer(ref, asker, { role: manual.approver, answers });
    if (outcome.kind === 'not-recorded') return ack(onFirstField(manual, answerText(outcome)));
    await ack();
    return follow(parts, ref.incident, outcome, { user: user.id, channel, thread });
  });
}

function onFirstField(
  manual: ManualStep,
  text: string,
): { response_action: 'errors'; errors: Record<string, string> } {
  return { response_action: 'errors', errors: { [manual.fields[0]?.key ?? '']: text } };
}
