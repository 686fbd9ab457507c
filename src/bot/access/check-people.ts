import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import { OpsError } from '../../errors.ts';

/** How many different people must approve a change in a tier, and who can. */
export interface Policy {
  readonly tier: string;
  readonly role: string;
  readonly approvals: number;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

const Found = z.object({
  user: z.object({
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
  }),
});

/** Otherwise a missing or restricted account in relight.yaml would only be noticed when its approval is needed. */
export async function checkPerson(client: webApi.WebClient, user: string): Promise<void> {
  const found = await client.users.info({ user }).catch((error: unknown) => {
    if (!/user_not_found|user_not_visible/.test(String(error))) throw error;
    throw wrong(`\`roles\` in relight.yaml names ${user}, who does not exist in Slack`);
  });
  const { deleted, is_bot: isBot, is_restricted: isGuest } = Found.parse(found).user;
  if (deleted) throw wrong(`\`roles\` in relight.yaml names ${user}, but that account is deactivated`);
  if (isBot) throw wrong(`\`roles\` in relight.yaml names ${user}, but that is an app`);
  if (isGuest)
    throw wrong(`\`roles\` in relight.yaml names ${user}, but that is a guest account, which is read-only`);
}

/** `relight config check` counts the people named in relight.yaml; only Slack knows the members of user groups. */
export async function checkPolicy(client: webApi.WebClient, policy: Policy): Promise<void> {
  const { tier, role, approvals, users, groups } = policy;
  const members = await Promise.all(
    groups.map(async (usergroup) => (await client.usergroups.users.list({ usergroup })).users ?? []),
  );
  const people = new Set([...users, ...members.flat()]);
  if (people.size >= approvals) return;
  throw wrong(
    `a change in tier ${tier} needs ${approvals} different people with the role ${role}, and Slack has only ${people.size}; add people to ${[...groups, '`roles`'].join(' or ')}`,
  );
}

export function usersIn(roles: Settings['roles']): readonly string[] {
  return [...new Set(Object.values(roles).flatMap(({ users }) => users))];
}

function wrong(detail: string): OpsError {
  return new OpsError('config-invalid', detail);
}
