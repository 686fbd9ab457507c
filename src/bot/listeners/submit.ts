import type { App } from '@slack/bolt';
import { formOf } from '../form-of.ts';
import { formId } from '../ids.ts';
import { takeSubmission } from '../submission.ts';
import type { ListenerParts } from './listener.ts';

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
