import { missingApprovals } from '../../incidents/model/approvals.ts';
import { currentStep, type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { small } from '../views/blocks.ts';
import { card } from '../views/card/card.ts';
import { deadLetterText } from '../views/home/open-list.ts';
import { fitMessage } from '../views/render-limits.ts';
import type { Command } from './command.ts';
import { list } from './list.ts';
import { howToApprove } from './step.ts';

export const status: Command = {
  name: 'status',
  takes: '[INCIDENT]',
  does: 'shows the status of an incident, or of all open incidents',
  run: async (services, call) => {
    const [, id] = call.words;
    if (id === undefined) return list.run(services, call);
    const [incident, deadLetters] = await Promise.all([
      services.store.load(id),
      services.deadLetters.count(),
    ]);
    const { blocks, text } = card(
      incident,
      services.catalog.get(incident.playbook ?? ''),
      services.clock.now(),
    );
    const kept = deadLetters === 0 ? [] : [deadLetterText(deadLetters)];
    const command = await approvalCommand(services, incident);
    return fitMessage({
      blocks: [...blocks, ...[...command, ...kept].map(small)],
      text: [text, ...command, ...kept].join('\n'),
    });
  },
};

/** How to approve the current request by command; empty if nothing is waiting for approval. */
async function approvalCommand(services: ListenerServices, incident: Incident): Promise<readonly string[]> {
  const key = currentStep(incident);
  const state = key === undefined ? undefined : stateOf(incident, key);
  if (key === undefined || state?.status !== 'proposed' || missingApprovals(state) === 0) return [];
  return [`To approve it by command: ${await howToApprove(services, incident, key)}`];
}
