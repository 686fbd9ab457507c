import { beforeEach, describe, expect, it } from 'vitest';
import type { Membership } from '../../../src/bot/access/directory.ts';
import { type ApprovedChange, createReauthorize } from '../../../src/bot/access/reauthorize.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { anOpening } from '../../support/a-journal.ts';
import { people } from './a-policy.ts';

const now = 10_000_000;
const openedIn = (tier: string, startedBy?: string) => ({
  ...incidentFrom([{ seq: 0, at: 0, event: anOpening({ tier }), prev: '', hash: '' }]),
  ...(startedBy !== undefined && { startedBy }),
});
const change = { step: 'resumed', role: 'lead', policyClass: 'spend' } as const;
const approvedBy = (...users: readonly string[]): ApprovedChange => ({
  ...change,
  approvals: users.map((by, at) => ({ by, at })),
});

describe('the check of the approvers right before a change', () => {
  let found: Record<string, Partial<Membership>>;
  let asked: { readonly user: string; readonly fresh: boolean | undefined }[];

  beforeEach(() => {
    found = {};
    asked = [];
  });

  function check(
    approved: ApprovedChange,
    {
      tier = 'silver',
      startedBy,
      settings = people(),
    }: { tier?: string; startedBy?: string; settings?: Settings } = {},
  ): Promise<string | undefined> {
    const usual = {
      kind: 'found',
      person: 'member',
      groups: [],
      unreadable: [],
      channel: 'internal',
      readAt: now,
    };
    const directory = {
      membership: async (user: string, options?: { readonly fresh?: boolean }) => {
        asked.push({ user, fresh: options?.fresh });
        return { ...usual, ...found[user] } as Membership;
      },
    };
    return createReauthorize({ directory, settings, clock: { now: () => now } })(
      openedIn(tier, startedBy),
      approved,
    );
  }

  it('asks Slack itself for each of them, once', async () => {
    expect(await check(approvedBy('U0LEAD', 'U0PROD', 'U0LEAD'), { tier: 'gold' })).toBeUndefined();
    expect(asked).toEqual([
      { user: 'U0LEAD', fresh: true },
      { user: 'U0PROD', fresh: true },
    ]);
  });

  it('voids the approvals if relight.yaml now asks for more people', async () => {
    expect(await check(approvedBy('U0LEAD', 'U0LEAD'), { tier: 'gold' })).toBe(
      'it now needs 2 different people, and 1 approved',
    );
    expect(asked).toEqual([]);
    expect(await check(approvedBy('U0PROD'), { tier: 'gone' })).toBe(
      'it now needs 2 different people, and 1 approved',
    );
  });

  it.each([
    ['the role was removed', 'U0RESP', {}],
    ['the Slack account is deactivated or restricted', 'U0LEAD', { person: 'deleted' }],
    ['the incident channel is shared with another organization', 'U0LEAD', { channel: 'external' }],
  ] as const)('voids the approval of a person because %s', async (why, user, membership) => {
    found = { [user]: membership };

    expect(await check(approvedBy(user))).toBe(`${user} is no longer allowed to approve this: ${why}`);
  });

  it('voids the approval of one of two people', async () => {
    found = { U0PROD: { person: 'deleted' } };

    expect(await check(approvedBy('U0LEAD', 'U0PROD'), { tier: 'gold' })).toContain(
      'U0PROD is no longer allowed',
    );
  });

  it('voids the approval of a person whose own request it is, where others have to approve', async () => {
    const own = 'U0LEAD is no longer allowed to approve this: it is their own request';

    expect(await check(approvedBy('U0LEAD'), { startedBy: 'U0LEAD' })).toBeUndefined();
    expect(await check({ ...approvedBy('U0LEAD'), others: true }, { startedBy: 'U0LEAD' })).toBe(own);
    expect(await check(approvedBy('U0PROD', 'U0LEAD'), { tier: 'gold', startedBy: 'U0LEAD' })).toBe(own);
  });

  it('asks for the strictest of what the request and its class need', async () => {
    expect(await check({ ...approvedBy('U0LEAD'), policyClass: 'production' })).toContain(
      'the role was removed',
    );
    expect(
      await check({ ...approvedBy('U0RESP'), role: 'responder', policyClass: 'reversible' }),
    ).toBeUndefined();
    expect(await check({ ...approvedBy('U0RESP'), role: 'responder' })).toContain('the role was removed');
    const reversible = { ...approvedBy('U0RESP'), role: 'responder', policyClass: 'reversible' } as const;
    expect(await check(reversible, { tier: 'gold' })).toBeUndefined();
  });

  it('does not decide while Slack does not answer, so that the worker asks again', async () => {
    found = { U0LEAD: { kind: 'unknown', why: 'timeout' } as Membership };
    await expect(check(approvedBy('U0LEAD'))).rejects.toMatchObject({
      code: 'slack-unavailable',
      detail: 'the role of U0LEAD could not be read: timeout',
    });

    found = { U0ANY: { unreadable: ['S0LEADS'] } };
    await expect(check(approvedBy('U0ANY'))).rejects.toMatchObject({
      code: 'slack-unavailable',
      detail: 'the user groups of U0ANY or the channel could not be read',
    });
    found = { U0LEAD: { channel: 'unknown' } };
    await expect(check(approvedBy('U0LEAD'))).rejects.toMatchObject({ code: 'slack-unavailable' });
  });

  it('asks only for the person who broke the glass, who needs no role and no second person', async () => {
    const broken = (by: string): ApprovedChange => ({
      ...approvedBy('U0RESP'),
      glass: { by, at: 1, insteadOf: 2 },
    });

    expect(await check(broken('U0GLASS'), { tier: 'gold', startedBy: 'U0GLASS' })).toBeUndefined();
    expect(asked).toEqual([{ user: 'U0GLASS', fresh: true }]);
    expect(await check(broken('U0LEAD'), { tier: 'gold' })).toBe(
      'U0LEAD is no longer allowed to approve this: the role was removed',
    );
    found = { U0GLASS: { person: 'guest' } };
    expect(await check(broken('U0GLASS'))).toContain('deactivated or restricted');
  });
});
