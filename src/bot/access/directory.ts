import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../../ports/ports.ts';

/** What Slack says about a person. Whatever cannot be read grants nothing. */
export type Membership =
  | {
      readonly kind: 'found';
      readonly person: Person;
      /** The configured user groups that the person is in. */
      readonly groups: readonly string[];
      /** Configured groups that Slack did not give: they may hold the role that is missing. */
      readonly unreadable: readonly string[];
      /** When the oldest part of this was read. */
      readonly readAt: number;
    }
  | { readonly kind: 'unknown'; readonly why: string };

export type Person = 'member' | 'bot' | 'deleted' | 'guest' | 'stranger';

export interface Directory {
  /** `fresh` asks Slack, whatever is remembered: right before a change is carried out. */
  readonly membership: (user: string, options?: { readonly fresh?: boolean }) => Promise<Membership>;
}

export interface DirectoryParts {
  readonly client: Pick<webApi.WebClient, 'users' | 'usergroups' | 'auth'>;
  readonly roles: Settings['roles'];
  readonly clock: Clock;
}

/** A role that was taken away is gone after this time at the latest, even without a fresh look. */
export const rememberedMs = 60_000;

export function createDirectory({ client, roles, clock }: DirectoryParts): Directory {
  const groups = [...new Set(Object.values(roles).flatMap((people) => people.groups))];
  const home = remember(clock, Number.POSITIVE_INFINITY, async () => Home.parse(await client.auth.test()));
  const people = remember(clock, rememberedMs, async (user) =>
    User.parse((await client.users.info({ user })).user),
  );
  const members = remember(clock, rememberedMs, async (usergroup) => {
    const { users = [] } = await client.usergroups.users.list({ usergroup });
    return new Set(users);
  });
  return {
    membership: async (user, { fresh = false } = {}) => {
      try {
        const [own, person, ...held] = await Promise.all([
          // Which workspace Relight is in does not change while it runs.
          home('own', false),
          people(user, fresh),
          ...groups.map(async (group) => members(group, fresh).catch(() => undefined)),
        ]);
        return {
          kind: 'found',
          person: kindOf(person.value, own.value),
          groups: groups.filter((_, index) => held[index]?.value.has(user) === true),
          unreadable: groups.filter((_, index) => held[index] === undefined),
          readAt: held.reduce((oldest, one) => Math.min(oldest, one?.readAt ?? oldest), person.readAt),
        };
      } catch (error) {
        return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

const Home = z.object({ team_id: z.string().optional(), enterprise_id: z.string().optional() });
const User = z.object({
  team_id: z.string().optional(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  enterprise_user: z.object({ enterprise_id: z.string().optional() }).optional(),
});

/** https://docs.slack.dev/reference/objects/user-object: a stranger comes through a shared channel. */
function kindOf(user: z.infer<typeof User>, own: z.infer<typeof Home>): Person {
  if (user.deleted) return 'deleted';
  if (user.is_bot) return 'bot';
  if (user.is_restricted || user.is_ultra_restricted) return 'guest';
  return user.is_stranger || !sameOrganisation(user, own) ? 'stranger' : 'member';
}

/** In an Enterprise organisation, people of its other workspaces have another team id: the organisation counts. */
function sameOrganisation(user: z.infer<typeof User>, own: z.infer<typeof Home>): boolean {
  if (user.team_id === undefined || own.team_id === undefined || user.team_id === own.team_id) return true;
  return own.enterprise_id !== undefined && user.enterprise_user?.enterprise_id === own.enterprise_id;
}

interface Remembered<T> {
  readonly value: T;
  readonly readAt: number;
}

/** Questions asked at the same time are one call; a failed one is forgotten at once. */
function remember<T>(
  clock: Clock,
  forMs: number,
  ask: (key: string) => Promise<T>,
): (key: string, fresh: boolean) => Promise<Remembered<T>> {
  const known = new Map<string, { readonly readAt: number; readonly answer: Promise<T> }>();
  return async (key, fresh) => {
    const now = clock.now();
    const held = known.get(key);
    if (!fresh && held !== undefined && now - held.readAt < forMs)
      return { value: await held.answer, readAt: held.readAt };
    const entry = { readAt: now, answer: ask(key) };
    known.set(key, entry);
    entry.answer.catch(() => known.get(key) === entry && known.delete(key));
    return { value: await entry.answer, readAt: now };
  };
}
