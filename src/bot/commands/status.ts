import { currentStep, type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { ListenerParts } from '../clicks/answer.ts';
import { howToApprove } from '../clicks/how-to-approve.ts';
import { small } from '../views/blocks.ts';
import { card } from '../views/card/card.ts';
import { deadLetterText } from '../views/home.ts';
import { fitMessage } from '../views/render-limits.ts';
import type { Command } from './command.ts';
import { list } from './list.ts';

export const status: Command = {
  name: 'status',
  takes: '[INCIDENT]',
  does: 'shows where an incident stands; without one, where all stand',
  run: async (parts, call) => {
    const [, id] = call.words;
    if (id === undefined) return list.run(parts, call);
    const [incident, deadLetters] = await Promise.all([parts.store.load(id), parts.deadLetters.count()]);
    const { blocks, text } = card(incident, parts.catalog.get(incident.playbook ?? ''), parts.clock.now());
    const kept = deadLetters === 0 ? [] : [deadLetterText(deadLetters)];
    const command = await approvalCommand(parts, incident);
    const fitted = fitMessage({
      blocks: [...blocks, ...[...command, ...kept].map(small)],
      text: [text, ...command, ...kept].join('\n'),
    });
    return { text: fitted.text, blocks: [...fitted.blocks] };
  },
};

/** How to approve the present request by command; empty where nothing waits for an approval. */
async function approvalCommand(parts: ListenerParts, incident: Incident): Promise<readonly string[]> {
  const key = currentStep(incident);
  const state = key === undefined ? undefined : stateOf(incident, key);
  if (key === undefined || state?.status !== 'proposed' || state.approvals.length >= state.needs) return [];
  return [`To approve it by command: ${await howToApprove(parts, incident, key)}`];
}
