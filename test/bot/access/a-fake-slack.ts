import type { DirectoryDeps } from '../../../src/bot/access/directory.ts';

/** What Slack answers, by call; a call in `broken` fails. */
export interface FakeSlack {
  home: object;
  user: object;
  channel: object;
  groups: Record<string, readonly string[] | undefined>;
  delayMs: number;
  broken: Set<string>;
  /** The number of calls so far. */
  readonly calls: Record<string, number>;
}

/** The calls of the directory, answered from memory. */
export function clientOf(slack: FakeSlack): DirectoryDeps['client'] {
  const call = async (name: string, value: () => unknown): Promise<unknown> => {
    slack.calls[name] = (slack.calls[name] ?? 0) + 1;
    if (slack.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, slack.delayMs));
    if (slack.broken.has(name)) throw new Error(`${name} is away`);
    return value();
  };
  // Only the four calls of the directory.
  return {
    auth: { test: async () => call('home', () => slack.home) },
    users: {
      info: async ({ user }: { user: string }) => call(`user ${user}`, () => ({ user: slack.user })),
    },
    conversations: {
      info: async ({ channel }: { channel: string }) =>
        call(`channel ${channel}`, () => ({ channel: slack.channel })),
    },
    usergroups: {
      users: {
        list: async ({ usergroup }: { usergroup: string }) =>
          call(`group ${usergroup}`, () => ({ users: slack.groups[usergroup] })),
      },
    },
  } as unknown as DirectoryDeps['client'];
}
