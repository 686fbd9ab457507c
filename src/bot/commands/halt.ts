import { haltInWords, toResume } from '../../incidents/halt/halts.ts';
import type { TimeLimit } from '../../ports/ports.ts';
import { refusedToHalt } from '../access/may-halt.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { Requester } from '../clicks/click.ts';
import { haltForm, haltRef } from '../clicks/halt-form.ts';
import { commandName, haltFormId } from '../ids.ts';
import { formView } from '../views/form.ts';
import { escape, line, mention } from '../views/untrusted.ts';
import { signs } from '../views/words.ts';
import { type Command, formIsOpen, type Reply, refusedReply } from './command.ts';

const maxReason = 300;

export const halt: Command = {
  name: 'halt',
  takes: '[REASON | off]',
  does: 'stops all changes at once in all incidents, or resumes them; reading goes on',
  run: async (services, { words, requester, trigger, limit }) => {
    const why = words.slice(1).join(' ');
    const refusal = await refusedToHalt(services, requester, words.join(' '));
    if (refusal !== undefined) return refusedReply(refusal);
    if (why.toLowerCase() === 'off') return resume(services, requester, limit);
    if (why !== '') return haltNow(services, requester, { why, limit });
    const view = formView(haltRef, haltForm, { id: haltFormId, thread: undefined });
    await services.client.views.open({ trigger_id: trigger, view });
    return formIsOpen;
  },
};

/** Halts all changes. They are halted when this returns; the threads are told afterward. */
export async function haltNow(
  { halts, spreadHalt, journal, clock, log }: ListenerServices,
  { actor }: Requester,
  { why: reason, limit }: { readonly why: string; readonly limit: TimeLimit },
): Promise<Reply> {
  const why = line(reason, maxReason);
  const at = clock.now();
  const isNew = await halts.put({ source: 'command', why, by: actor.user, at }, limit);
  const present = await halts.current();
  if (!isNew && present !== undefined) {
    const by = present.by === undefined ? '' : ` by ${mention(present.by)}`;
    return { text: `Changes are already halted${by}: ${escape(haltInWords(present))}` };
  }
  log.warn({ by: actor.user, why }, 'all changes are halted');
  await journal.add({ type: 'changes-halted', since: at, why, source: 'command', by: actor });
  return {
    text: `${signs.halted} All changes are halted: ${escape(why)}. Relight says so in the channel and in every open thread. \`${commandName} halt off\` resumes them.`,
    after: spreadHalt,
  };
}

async function resume(
  { halts, spreadHalt, journal, clock, log }: ListenerServices,
  { actor }: Requester,
  limit: TimeLimit,
): Promise<Reply> {
  const before = await halts.current();
  if (before === undefined) return { text: 'Changes are not halted.' };
  const lifted = await halts.lift({ by: actor.user, at: clock.now() }, limit);
  const left = await halts.current();
  if (left !== undefined)
    return { text: `${signs.halted} Changes stay halted: ${escape(haltInWords(left))}. ${toResume(left)}` };
  if (lifted) {
    log.warn({ by: actor.user }, 'changes have resumed');
    await journal.add({ type: 'changes-resumed', since: before.at, by: actor });
  }
  return {
    text: `${signs.done} Changes have resumed. Relight says so in the channel and in every open thread.`,
    after: spreadHalt,
  };
}
