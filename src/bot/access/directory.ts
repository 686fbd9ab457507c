import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../../ports/ports.ts';
import { firstWithin } from '../clicks/deadline.ts';

/** A person and the incident channel according to Slack. Anything that cannot be read grants no access. */
export type Membership =
  | {
      readonly kind: 'found';
      readonly person: Person;
      /** The configured user groups that the person is in. */
      readonly groups: readonly string[];
      /** Configured groups that Slack did not return: they may grant the missing role. */
      readonly unreadable: readonly string[];
      /** `external`: people from other organizations are in it. */
      readonly channel: 'internal' | 'external' | 'unknown';
      /** When the oldest part of this was read. */
      readonly readAt: number;
    }
  | { readonly kind: 'unknown'; readonly why: string };

export type Person = 'member' | 'bot' | 'deleted' | 'guest' | 'stranger';

export interface Directory {
  readonly membership: (user: string, options?: LookupOptions) => Promise<Membership>;
}

interface LookupOptions {
  /** Skips the cache; used right before a change is carried out. */
  readonly fresh?: boolean;
  /** What Slack does not return is filled with its last answer of the past hour. Only for looking. */
  readonly stale?: boolean;
}

export interface DirectoryDeps {
  readonly client: Pick<webApi.WebClient, 'users' | 'usergroups' | 'auth' | 'conversations'>;
  /** The incident channel. */
  readonly channel: string;
  readonly roles: Settings['roles'];
  readonly clock: Clock;
}

/** The cache lifetime: a removed role is gone after this time at the latest, even without `fresh`. */
export const cachedMs = 60_000;
/** While Slack does not answer, people may look with an answer this old. */
export const staleMs = 60 * 60_000;
/** How long they wait for a newer answer. */
const staleWaitMs = 500;

export function createDirectory({ client, channel, roles, clock }: DirectoryDeps): Directory {
  const groups = [...new Set(Object.values(roles).flatMap((people) => people.groups))];
  const home = cached(clock, Number.POSITIVE_INFINITY, async () => Home.parse(await client.auth.test()));
  const people = cached(clock, cachedMs, async (user) =>
    User.parse((await client.users.info({ user })).user),
  );
  const members = cached(clock, cachedMs, async (usergroup) => {
    const { users = [] } = await client.usergroups.users.list({ usergroup });
    return new Set(users);
  });
  const channels = cached(clock, cachedMs, async () =>
    isExternal(Channel.parse((await client.conversations.info({ channel })).channel)),
  );
  return {
    membership: async (user, { fresh = false, stale = false } = {}) => {
      const how = { fresh, stale };
      try {
        const [own, person, external, ...held] = await Promise.all([
          // The workspace does not change while Relight is running.
          home('own', { fresh: false, stale: false }),
          people(user, how),
          channels(channel, how).catch(() => undefined),
          ...groups.map(async (group) => members(group, how).catch(() => undefined)),
        ]);
        return {
          kind: 'found',
          person: kindOf(person.value, own.value),
          groups: groups.filter((_, index) => held[index]?.value.has(user) === true),
          unreadable: groups.filter((_, index) => held[index] === undefined),
          channel: external === undefined ? 'unknown' : external.value ? 'external' : 'internal',
          readAt: [...held, external].reduce(
            (oldest, one) => Math.min(oldest, one?.readAt ?? oldest),
            person.readAt,
          ),
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
  is_workflow_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  enterprise_user: z.object({ enterprise_id: z.string().optional() }).optional(),
});

/** https://docs.slack.dev/reference/objects/user-object: strangers come from shared channels. */
function kindOf(user: z.infer<typeof User>, own: z.infer<typeof Home>): Person {
  if (user.deleted) return 'deleted';
  if (user.is_bot || user.is_workflow_bot) return 'bot';
  if (user.is_restricted || user.is_ultra_restricted) return 'guest';
  return user.is_stranger || !sameOrganization(user, own) ? 'stranger' : 'member';
}

/** In an Enterprise organization, people in other workspaces have another team id, so the organization id counts. */
function sameOrganization(user: z.infer<typeof User>, own: z.infer<typeof Home>): boolean {
  if (user.team_id !== undefined && user.team_id === own.team_id) return true;
  return own.enterprise_id !== undefined && user.enterprise_user?.enterprise_id === own.enterprise_id;
}

/** https://docs.slack.dev/reference/objects/conversation-object: `is_shared` is also true within one organization. */
const Channel = z.object({
  is_ext_shared: z.boolean().default(false),
  is_pending_ext_shared: z.boolean().default(false),
  is_shared: z.boolean().default(false),
  is_org_shared: z.boolean().default(false),
});

function isExternal(channel: z.infer<typeof Channel>): boolean {
  return (
    channel.is_ext_shared || channel.is_pending_ext_shared || (channel.is_shared && !channel.is_org_shared)
  );
}

interface Cached<T> {
  readonly value: T;
  readonly readAt: number;
}

/** Concurrent lookups share one call. A failed call is not cached; with `stale`, the last answer is returned instead. */
function cached<T>(
  clock: Clock,
  forMs: number,
  ask: (key: string) => Promise<T>,
): (key: string, how: Required<LookupOptions>) => Promise<Cached<T>> {
  const known = new Map<string, { readonly readAt: number; readonly answer: Promise<T> }>();
  const last = new Map<string, Cached<T>>();
  const read = async (key: string, fresh: boolean): Promise<Cached<T>> => {
    const now = clock.now();
    const held = known.get(key);
    if (!fresh && held !== undefined && now - held.readAt < forMs)
      return { value: await held.answer, readAt: held.readAt };
    const entry = { readAt: now, answer: ask(key) };
    known.set(key, entry);
    entry.answer.catch(() => known.get(key) === entry && known.delete(key));
    const answer = { value: await entry.answer, readAt: now };
    last.set(key, answer);
    return answer;
  };
  return async (key, { fresh, stale }) => {
    const reading = read(key, fresh);
    const before = stale ? last.get(key) : undefined;
    if (before === undefined || clock.now() - before.readAt > staleMs) return reading;
    return (await firstWithin(staleWaitMs, reading).catch(() => undefined)) ?? before;
  };
}
