import { describe, expect, it } from 'vitest';
import { type AccessRequest, authorize } from '../../../src/bot/access/authorize.ts';
import type { Person } from '../../../src/bot/access/directory.ts';
import { Settings } from '../../../src/config/settings.ts';
import { Role } from '../../../src/playbooks/define.ts';
import { exampleSettings } from '../../support/core.ts';

const now = 1_000_000;
const user = 'U0SOMEONE';
const channel = 'C0INCIDENT';
const held = ['nobody', ...Role.options] as const;
const rank: Readonly<Record<string, number>> = { nobody: 0, responder: 1, lead: 2, 'production-approver': 3 };
const persons: readonly Person[] = ['member', 'bot', 'deleted', 'guest', 'stranger'];

const example = exampleSettings();

/** The person holds the role by their own id or by a user group; the tier asks for `tierRole`. */
function settingsFor(role: string, by: 'users' | 'groups', tierRole: Role): Settings {
  const people = (name: string): Settings['roles']['leads'] => ({
    users: role === name && by === 'users' ? [user] : [],
    groups: role === name && by === 'groups' ? ['S0GROUP'] : ['S0OTHERS'],
  });
  return Settings.parse({
    ...example,
    tiers: {
      gold: { jobs: ['*'], rto_minutes: 60, rpo_minutes: 30, change: { role: tierRole, approvals: 1 } },
    },
    roles: {
      responders: people('responder'),
      leads: people('lead'),
      production_approvers: people('production-approver'),
    },
  });
}

const found = {
  kind: 'found',
  person: 'member',
  groups: ['S0GROUP'],
  unreadable: [],
  channel: 'internal',
  readAt: now,
} as const;
const asking = { user, channel, tier: 'gold', effect: 'change', role: 'responder', approvedBy: [] } as const;

interface Case {
  readonly role: (typeof held)[number];
  readonly by: 'users' | 'groups';
  readonly tierRole: Role;
  readonly actionRole: Role;
  readonly effect: 'change' | 'other';
  readonly person: Person;
  readonly here: string;
}

function everyCase(): Case[] {
  const each = <K extends keyof Case, T>(
    rest: readonly T[],
    key: K,
    values: readonly Case[K][],
  ): (T & Pick<Case, K>)[] =>
    // The object has the keys of `one` and the added one.
    rest.flatMap((one) => values.map((value) => ({ ...one, [key]: value }) as T & Pick<Case, K>));
  const roles = each(each(each([{}], 'role', held), 'tierRole', Role.options), 'actionRole', Role.options);
  const people = each(each(roles, 'person', persons), 'by', ['users', 'groups']);
  return each(each(people, 'effect', ['change', 'other']), 'here', [channel, 'C0GENERAL']);
}

describe('authorization', () => {
  it('compares the person’s role with the stricter of action and tier, for every combination', () => {
    const cases = everyCase();
    expect(cases).toHaveLength(4 * 2 * 3 * 3 * 2 * 5 * 2);
    for (const { role, by, tierRole, actionRole, effect, person, here } of cases) {
      const question: AccessRequest = { ...asking, channel: here, effect, role: actionRole };
      const ruling = authorize(question, settingsFor(role, by, tierRole), { ...found, person }, now);
      const isProduction = effect === 'change' && actionRole === 'production-approver';
      const needed = isProduction
        ? 3
        : Math.max(rank[actionRole] ?? 9, effect === 'change' ? (rank[tierRole] ?? 9) : 0);
      const may = person === 'member' && here === channel && (rank[role] ?? 0) >= needed;
      expect(ruling.allowed, JSON.stringify({ question, role, tierRole, person })).toBe(may);
    }
  });

  it('is denied if Slack does not respond', () => {
    const ruling = authorize(
      asking,
      settingsFor('lead', 'users', 'lead'),
      { kind: 'unknown', why: 'timeout' },
      now,
    );

    expect(ruling).toMatchObject({ allowed: false, rule: 'lookup' });
  });

  it('is denied if the cached lookup is older than a minute', () => {
    const ruling = authorize(asking, settingsFor('lead', 'users', 'lead'), found, now + 60_001);

    expect(ruling).toMatchObject({ allowed: false, rule: 'lookup' });
  });

  it('counts a person only once', () => {
    const again = { ...asking, approvedBy: [user] };
    const ruling = authorize(again, settingsFor('lead', 'users', 'lead'), found, now);

    expect(ruling).toMatchObject({ allowed: false, rule: 'same-person' });
  });

  it('needs a production approver if the tier was removed from relight.yaml', () => {
    const gone = { ...asking, tier: 'platinum' };

    expect(authorize(gone, settingsFor('lead', 'users', 'lead'), found, now).allowed).toBe(false);
    expect(authorize(gone, settingsFor('production-approver', 'users', 'lead'), found, now).allowed).toBe(
      true,
    );
  });

  it('distinguishes a missing role from a user group that Slack did not return', () => {
    const unread = { ...found, groups: [], unreadable: ['S0GROUP'] };
    const settings = settingsFor('lead', 'groups', 'lead');

    expect(authorize(asking, settings, unread, now)).toMatchObject({ allowed: false, rule: 'lookup' });
    expect(authorize(asking, settings, { ...found, groups: [] }, now)).toMatchObject({ rule: 'role' });
  });

  it('names the missing role', () => {
    const ruling = authorize(asking, settingsFor('responder', 'users', 'lead'), found, now);

    expect(ruling.allowed ? '' : ruling.says).toContain('a lead');
  });
});
