import { describe, expect, it } from 'vitest';
import { checkPerson, checkPolicy, usersIn } from '../../../src/bot/access/check-people.ts';
import { people } from './a-policy.ts';

type Client = Parameters<typeof checkPerson>[0];

/** Slack with one account and these user groups. */
const slack = (user: object | Error, groups: Readonly<Record<string, readonly string[]>> = {}): Client =>
  ({
    users: {
      info: async () => {
        if (user instanceof Error) throw user;
        return { user };
      },
    },
    usergroups: {
      users: { list: async ({ usergroup }: { usergroup: string }) => ({ users: groups[usergroup] }) },
    },
  }) as unknown as Client;
const problem = async (work: Promise<void>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (thrown: { readonly code?: string; readonly detail?: string; readonly message: string }) =>
      thrown.code === 'config-invalid' ? thrown.detail : thrown.message,
  );

describe('the people whom relight.yaml names', () => {
  it.each([
    [{}, undefined],
    [{ deleted: true }, '`roles` in relight.yaml names U0ANY, but that account is deactivated'],
    [{ is_bot: true }, '`roles` in relight.yaml names U0ANY, but that is an app'],
    [
      { is_restricted: true },
      '`roles` in relight.yaml names U0ANY, but that is a guest account, which is read-only',
    ],
    [new Error('user_not_found'), '`roles` in relight.yaml names U0ANY, who does not exist in Slack'],
    [new Error('user_not_visible'), '`roles` in relight.yaml names U0ANY, who does not exist in Slack'],
    [new Error('ratelimited'), 'ratelimited'],
  ])('are checked in Slack: %j', async (user, expected) => {
    expect(await problem(checkPerson(slack(user), 'U0ANY'))).toBe(expected);
  });

  it('are listed once, whatever roles they have', () => {
    const { roles } = people();

    expect(usersIn(roles)).toEqual(['U0RESP', 'U0LEAD', 'U0PROD', 'U0OPS']);
    expect(usersIn({ ...roles, leads: roles.responders })).toEqual(['U0RESP', 'U0PROD', 'U0OPS']);
  });
});

describe('the people who must approve a change in a tier', () => {
  const policy = { tier: 'gold', role: 'lead', approvals: 2, users: ['U0LEAD'], groups: ['S0LEADS'] };
  const groups = (...members: readonly string[]) => slack({}, { S0LEADS: members });

  it('are enough if as many different people are in Slack', async () => {
    expect(await problem(checkPolicy(groups('U0LEAD2'), policy))).toBeUndefined();
    expect(await problem(checkPolicy(groups('U0LEAD', 'U0LEAD2', 'U0LEAD3'), policy))).toBeUndefined();
  });

  it('are too few if a person is in both lists, or Slack does not have the group', async () => {
    const says =
      'a change in tier gold needs 2 different people with the role lead, and Slack has only 1; add people to S0LEADS or `roles`';

    expect(await problem(checkPolicy(groups('U0LEAD'), policy))).toBe(says);
    expect(await problem(checkPolicy(slack({}), policy))).toBe(says);
  });
});
