import { refusedTo } from '../../access/refused-command.ts';
import type { ListenerServices } from '../../clicks/answer.ts';
import { openChooser } from '../../clicks/incident/choose-incident.ts';
import { type CommandCall, formIsOpen, type Reply, refusedReply } from '../command.ts';

/** The reply to a command that names no incident: a form to choose one. `move` is a word of `afterChoice`. */
export async function chooseIncident(
  services: ListenerServices,
  { trigger, requester, words }: CommandCall,
  move: string,
): Promise<Reply> {
  const refusal = await refusedTo(services, requester, words.join(' '), 'responder');
  if (refusal !== undefined) return refusedReply(refusal);
  const { channel } = requester;
  const nothing = await openChooser(services, move, { trigger, channel });
  return nothing === undefined ? formIsOpen : { text: nothing };
}
