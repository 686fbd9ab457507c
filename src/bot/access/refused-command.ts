import type { Refusal } from '../../incidents/click-result.ts';
import type { Role } from '../../playbooks/define.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import type { Requester } from '../clicks/click.ts';
import { firstWithin } from '../clicks/deadline.ts';
import { noteMs } from '../clicks/decide.ts';
import { line } from '../views/untrusted.ts';
import { authorize } from './authorize.ts';

const maxCommand = 300;

/**
 * Why the person may not do something that belongs to no incident, recorded; undefined if they may.
 * @param job the training job that the command names: its open incident records the refusal too
 */
export async function refusedTo(
  services: ListenerServices,
  { actor, channel }: Requester,
  command: string,
  role: Role,
  job?: string,
): Promise<Refusal | undefined> {
  const { settings, directory, clock } = services;
  const membership = await directory.membership(actor.user);
  const needed = { tier: '', effect: 'other', role, approvedBy: [] } as const;
  const ruling = authorize({ user: actor.user, channel, ...needed }, settings, membership, clock.now());
  if (ruling.allowed) return undefined;
  await noteRefusedCommand(services, { by: actor, typed: command, why: ruling.says, job });
  return ruling;
}

interface RefusedAttempt {
  readonly by: Requester['actor'];
  readonly typed: string;
  readonly why: string;
  readonly job?: string | undefined;
}

/** Refusals are part of the audit trail, once per person, command and reason, so that repeats cannot flood it. */
export async function noteRefusedCommand(
  { once, noteRefusedStart, log }: Pick<ListenerServices, 'once' | 'noteRefusedStart' | 'log'>,
  { by, typed, why, job = '' }: RefusedAttempt,
): Promise<void> {
  const command = line(typed, maxCommand);
  const noting = async (): Promise<void> => {
    if (!(await once(`refused:${command}:${by.user}:${why}`))) return;
    await noteRefusedStart({ job, command, by, why });
  };
  const noted = noting().catch((error: unknown) =>
    log.error({ user: by.user, command, error: String(error) }, 'a refused command could not be recorded'),
  );
  await firstWithin(noteMs, noted);
}
