import type { App } from '@slack/bolt';
import { z } from 'zod';
import { tierFinder } from '../../config/tiers-and-rules.ts';
import type { Refusal } from '../../incidents/click-result.ts';
import { loadOpen } from '../../incidents/journal/readable.ts';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { Requester } from '../clicks/click.ts';
import { firstWithin, lookMs, within } from '../clicks/deadline.ts';
import { jobNamesIn } from '../clicks/jobs-in-message.ts';
import { type StartKnown, startForm, startRef } from '../clicks/start-form.ts';
import { start } from '../commands/start.ts';
import { startFormId, startShortcutId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';
import { plainText, say } from '../views/blocks.ts';
import { FormMemo, formView, readAnswers, Submitted } from '../views/form.ts';

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
const MessageShortcut = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  trigger_id: z.string(),
  message: z.unknown(),
});

/** The message shortcut *Start a playbook about this*, and the form that `/relight start` without a job opens too. */
export function listenForStarts(app: App, services: ListenerServices): void {
  app.shortcut({ callback_id: startShortcutId, type: 'message_action' }, async ({ ack, body }) => {
    await ack();
    const { user, channel, trigger_id, message } = MessageShortcut.parse(body);
    const requester = { actor: { user: user.id, via: 'form' }, channel: channel.id } as const;
    const [refusal, known] = await Promise.all([
      refusedTo(services, requester, 'start (about a message)', 'responder'),
      knownFrom(services, message),
    ]);
    const view = refusal === undefined ? startView(services, requester, known) : refusedView(refusal);
    await services.client.views.open({ trigger_id, view });
  });
  app.view(startFormId, async ({ ack, body }) => {
    const limit = within(services.limits.record);
    const { user, view } = Submitted.parse(body);
    const { channel = services.settings.incident_channel } = FormMemo.parse(view.private_metadata);
    const form = startForm(services.catalog, { jobs: [] });
    const { answers, errors } = readAnswers(form, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const { playbook, job } = form.chosen(answers);
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    const reply = await start.run(services, {
      words: ['start', playbook, job],
      requester,
      trigger: '',
      limit,
    });
    await ack();
    await tell(services, { user: user.id, channel }, reply.text);
    await reply.after?.();
  });
}

function startView(
  { catalog }: ListenerServices,
  { channel }: Requester,
  known: StartKnown,
): ReturnType<typeof formView> {
  return formView(startRef, startForm(catalog, known), { id: startFormId, thread: undefined, channel });
}

/** Not an ephemeral message: Relight may not be in the channel of the message. */
function refusedView(refusal: Refusal): ReturnType<typeof formView> {
  return {
    type: 'modal',
    title: plainText('Start a playbook'),
    close: plainText('Close'),
    blocks: [say(answerText({ kind: 'refused', ...refusal }))],
  };
}

/** The jobs that the message names: those with an open incident, and those that AWS has. */
async function knownFrom(
  { store, settings, findJob, log }: ListenerServices,
  message: unknown,
): Promise<StartKnown> {
  const open = new Set((await loadOpen(store)).map(({ subject }) => subject));
  const tierOf = tierFinder(settings.tiers);
  const names = jobNamesIn(message, (word) => open.has(word) || tierOf(word) !== undefined);
  const looked = await Promise.all(
    names.map(async (name) => {
      if (open.has(name)) return 'there' as const;
      const state = findJob(name).then((found) => (found === undefined ? 'missing' : 'there'));
      // The form opens with what AWS has answered by then.
      const found = await firstWithin(lookMs, state).catch((error: unknown) => {
        log.warn({ job: name, error: String(error) }, 'a job that a message names could not be looked up');
        return undefined;
      });
      return found ?? 'unknown';
    }),
  );
  const there = names.filter((_, index) => looked[index] === 'there');
  if (there.length > 0) return { jobs: there, asks: foundWords };
  const unknown = names.filter((_, index) => looked[index] === 'unknown');
  return unknown.length === 0
    ? { jobs: [], asks: noneWords }
    : { jobs: unknown, asks: `AWS did not answer in time, so check the name. ${foundWords}` };
}

const foundWords =
  'The job is named in the message. Relight opens an incident for it; nothing is sent to AWS until it is approved.';
const noneWords =
  'The message names no training job that AWS has in this Region. Type its name. Nothing is sent to AWS until it is approved.';
