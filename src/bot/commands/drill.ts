import { drillable, whyNotDrillable } from '../../drills/scenarios.ts';
import {
  type DrillFault,
  type DrillMark,
  drillFaults,
  isDrillId,
} from '../../incidents/model/drills/drill-mark.ts';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { Requester } from '../clicks/click.ts';
import { drillForm, drillRef } from '../clicks/drill-form.ts';
import { commandName, drillFormId } from '../ids.ts';
import { threadLink } from '../slack/thread-link.ts';
import { formView } from '../views/form.ts';
import { signs } from '../views/words.ts';
import { type Command, formIsOpen, type Reply, refusedReply, replyTo } from './command.ts';
import { hintFor, inCode } from './typed-words.ts';

export const drill: Command = {
  name: 'drill',
  takes: '[PLAYBOOK [FAULT] | stop DRILL]',
  does: 'rehearses a playbook on a simulated failure in the incident channel, and scores it',
  run: async (services, { words, requester, trigger }) => {
    const [, playbook, word] = words;
    if (playbook === 'stop') return stop(services, requester, word ?? '');
    const refusal = await refusedTo(services, requester, words.join(' '), 'responder');
    if (refusal !== undefined) return refusedReply(refusal);
    if (playbook !== undefined) {
      const faults = drillFaults.filter((one) => one === word);
      return word !== undefined && faults.length === 0
        ? { text: unknownFault(word) }
        : startDrill(services, requester, { playbook, faults });
    }
    const view = formView(drillRef, drillForm(services.catalog), { id: drillFormId, thread: undefined });
    await services.client.views.open({ trigger_id: trigger, view });
    return formIsOpen;
  },
};

export async function startDrill(
  services: ListenerServices,
  { actor }: Requester,
  { playbook, faults }: Omit<DrillMark, 'by'>,
): Promise<Reply> {
  const { catalog, settings, advance } = services;
  const ids = catalog.list.map(({ id }) => id);
  if (!ids.includes(playbook))
    return { text: `There is no playbook ${inCode(playbook)}.${hintFor(playbook, ids)} ${listed()}` };
  const started = await services.startDrill({ playbook, faults, by: actor.user });
  if (started === undefined) {
    const why = whyNotDrillable(playbook);
    return { text: `${inCode(playbook)} cannot be drilled: ${why}. ${listed()}` };
  }
  const { incident, isNew } = started;
  if (!isNew)
    return {
      text: `${signs.warning} Nothing was started: a drill of \`${playbook}\` is open in ${await threadLink(services, incident)}. \`${commandName} drill stop ${incident.id}\` ends it.`,
    };
  return {
    text: `${signs.done} The drill ${incident.id} starts in <#${settings.incident_channel}>. \`${commandName} drill stop ${incident.id}\` ends it early.`,
    after: async () => advance(incident.id),
  };
}

/** Closes a drill without a recovery. A real incident is closed by its own command, which asks how it ended. */
async function stop(services: ListenerServices, requester: Requester, incident: string): Promise<Reply> {
  if (!isDrillId(incident))
    return {
      text: `Name the drill to stop: \`${commandName} drill stop DRILL\`. \`${commandName} list\` shows the open ones.`,
    };
  const ref = { incident, step: 'close', attempt: 1, hash: '' };
  const request = { outcome: 'not-a-problem', why: 'the drill was stopped' } as const;
  return replyTo(services, incident, await services.intents.close(ref, requester, request));
}

function listed(): string {
  const faults: readonly DrillFault[] = drillFaults;
  return `Drills: ${drillable.map(inCode).join(', ')}; each can have one of the faults ${faults.map(inCode).join(', ')}.`;
}

function unknownFault(word: string): string {
  return `There is no fault ${inCode(word)}.${hintFor(word, drillFaults)} ${listed()}`;
}
