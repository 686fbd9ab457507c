import type { App } from '@slack/bolt';
import type { ListenerParts } from '../clicks/answer.ts';
import { formOf } from '../clicks/step-form.ts';
import { takeSubmission } from '../clicks/submission.ts';
import { formId } from '../ids.ts';

/** The form of a step. */
export function listenForSubmissions(app: App, parts: ListenerParts): void {
  app.view(formId, async (call) =>
    takeSubmission(parts, call, {
      formOf: async (ref) => formOf(parts, ref),
      record: async ({ ref, asker, form, answers }) =>
        parts.intents.fillIn(ref, asker, form.purpose, { role: form.approver, answers }),
    }),
  );
}
