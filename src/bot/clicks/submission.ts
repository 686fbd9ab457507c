import type { AllMiddlewareArgs, SlackViewMiddlewareArgs } from '@slack/bolt';
import { z } from 'zod';
import type { Answers } from '../../playbooks/define.ts';
import type { StepRef } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';
import { type Asked, FormMemo, readAnswers } from '../views/form.ts';
import { follow, type ListenerParts } from './answer.ts';
import type { Asker, Outcome } from './outcome-form.ts';

const Submission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({ private_metadata: z.string(), state: z.object({ values: z.unknown() }) }),
});

export interface Submitted<F> {
  readonly ref: StepRef;
  readonly asker: Asker;
  readonly form: F;
  readonly answers: Answers;
}

export interface Taking<F> {
  /** Undefined where what was asked for is no longer asked. */
  readonly formOf: (ref: StepRef) => Promise<F | undefined>;
  readonly record: (submitted: Submitted<F>) => Promise<Outcome>;
}

/** A filled-in form. It stays open with what was typed until the answers are in the journal. */
export async function takeSubmission<F extends Asked>(
  parts: ListenerParts,
  { ack, body }: Pick<SlackViewMiddlewareArgs & AllMiddlewareArgs, 'ack' | 'body'>,
  { formOf, record }: Taking<F>,
): Promise<void> {
  const { user, view } = Submission.parse(body);
  const { ref, thread } = FormMemo.parse(view.private_metadata);
  const form = await formOf(ref).catch(async (error: unknown) => {
    // Without an answer Slack shows an error sign of its own in the form.
    await ack();
    throw error;
  });
  const { answers, errors } = readAnswers(form, view.state.values);
  const channel = parts.settings.incident_channel;
  if (form === undefined) {
    await ack();
    return tell(parts, { user: user.id, channel, thread }, answerText({ kind: 'not-current' }));
  }
  if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
  const asker = { actor: { user: user.id, via: 'form' }, channel } as const;
  const outcome = await record({ ref, asker, form, answers });
  if (outcome.kind === 'not-recorded')
    return ack({
      response_action: 'errors',
      errors: { [form.fields[0]?.key ?? '']: answerText(outcome) },
    });
  await ack();
  return follow(parts, ref.incident, outcome, { user: user.id, channel, thread });
}
