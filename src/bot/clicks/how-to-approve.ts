import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { BotParts } from '../services.ts';
import { stepCommand } from '../views/step/step-command.ts';
import { showsWhole } from '../views/step/step-message.ts';
import { stepsOf } from '../views/step-views.ts';

/**
 * How to approve the present request of a step by command. Like the button, the command is given only where the thread
 * shows the request whole: otherwise it stands on the last page of the request, behind everything that is to be read.
 */
export async function howToApprove(
  { catalog, filesShown }: Pick<BotParts, 'catalog' | 'filesShown'>,
  incident: Incident,
  key: string,
): Promise<string> {
  const view = stepsOf(incident, catalog.get(incident.playbook ?? ''))?.find(({ step }) => step.key === key);
  if (view !== undefined && showsWhole(incident, view, await filesShown(incident)))
    return `Read it in the thread, then send \`${stepCommand(incident.id, key, stateOf(incident, key))}\``;
  return 'The thread does not show the whole of it: press *See the request* there and read every page; the command that approves it stands on the last one.';
}
