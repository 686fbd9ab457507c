import type { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import { firstWithin } from '../clicks/deadline.ts';

/** The display name of a user; undefined if Slack does not return it in time. */
export type NameOf = (user: string) => Promise<string | undefined>;

/** Names rarely change, and the postmortem can live with an old one. */
const cachedMs = 60 * 60_000;
const maxCached = 1_000;
const timeoutMs = 3_000;

const Named = z.object({
  name: z.string().optional(),
  real_name: z.string().optional(),
  profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
});

export function createNames(client: Pick<webApi.WebClient, 'users'>, log: Log): NameOf {
  const known = new LRUCache<string, string>({ max: maxCached, ttl: cachedMs });
  return async (user) => {
    const remembered = known.get(user);
    if (remembered !== undefined) return remembered;
    try {
      const found = await firstWithin(timeoutMs, nameIn(client, user));
      if (found !== undefined) known.set(user, found);
      return found;
    } catch (error) {
      log.warn({ user, error: String(error) }, 'a name could not be read from Slack');
      return undefined;
    }
  };
}

/** https://docs.slack.dev/reference/objects/user-object: any of the names may be empty. */
async function nameIn(client: Pick<webApi.WebClient, 'users'>, user: string): Promise<string | undefined> {
  const { profile, real_name: real, name } = Named.parse((await client.users.info({ user })).user);
  return [profile?.display_name, profile?.real_name, real, name].find(
    (one) => one !== undefined && one.trim() !== '',
  );
}
