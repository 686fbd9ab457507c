import type { Refusal } from '../../incidents/click-result.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { Requester } from '../clicks/click.ts';
import { authorize } from './authorize.ts';
import { noteRefusedCommand } from './refused-command.ts';

/**
 * Why the person may not halt or resume all changes, recorded; undefined if they may: leads, and the people under
 * `roles.halt`.
 */
export async function refusedToHalt(
  services: ListenerServices,
  { actor, channel }: Requester,
  command: string,
): Promise<Refusal | undefined> {
  const { settings, directory, clock } = services;
  const { user } = actor;
  const membership = await directory.membership(user);
  const needed = { tier: '', effect: 'other', role: 'lead', approvedBy: [] } as const;
  const ruling = authorize({ user, channel, ...needed }, settings, membership, clock.now());
  if (ruling.allowed) return undefined;
  const { users, groups } = settings.roles.halt;
  const named =
    users.includes(user) ||
    (membership.kind === 'found' && groups.some((group) => membership.groups.includes(group)));
  // Only the missing role may be made up for: a guest or another channel stays refused.
  if (named && ruling.rule === 'role') return undefined;
  await noteRefusedCommand(services, { by: actor, typed: command, why: ruling.says });
  return ruling;
}
