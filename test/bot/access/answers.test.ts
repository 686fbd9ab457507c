import { describe, expect, it } from 'vitest';
import { type AccessRequest, authorize } from '../../../src/bot/access/authorize.ts';
import type { Membership } from '../../../src/bot/access/directory.ts';
import { people } from './a-policy.ts';

const now = 10_000_000;
const minute = 60_000;
const settings = people();
const channel = settings.incident_channel;
const found = {
  kind: 'found',
  person: 'member',
  groups: [],
  unreadable: [],
  channel: 'internal',
  readAt: now,
} as const satisfies Membership;
const asking = {
  user: 'U0LEAD',
  channel,
  tier: 'gold',
  effect: 'change',
  role: 'lead',
  approvedBy: [],
} as const;

const answer = (
  request: Partial<AccessRequest> = {},
  membership: Partial<Membership> = {},
  at = now,
): unknown => authorize({ ...asking, ...request }, settings, { ...found, ...membership } as Membership, at);
const allowed = { allowed: true, rule: 'role' };
const denied = (rule: string, says: string) => ({ allowed: false, rule, says });
const notConfirmed = denied(
  'lookup',
  'Slack did not confirm who you are, so nothing was done. Press again in a moment.',
);

describe('the answer to a person', () => {
  it('is yes for a person or a user group of the role, and of the roles after it', () => {
    expect(answer()).toEqual(allowed);
    expect(answer({ user: 'U0ANY' }, { groups: ['S0LEADS'] })).toEqual(allowed);
    expect(answer({ user: 'U0PROD' })).toEqual(allowed);
    expect(answer({ user: 'U0PROD', role: 'responder', effect: 'other' })).toEqual(allowed);
  });

  it('names the people who can do it instead', () => {
    expect(answer({ user: 'U0RESP' })).toEqual({
      ...denied('role', 'This needs a lead.'),
      ask: { users: ['U0LEAD'], groups: ['S0LEADS'] },
    });
    expect(answer({ policyClass: 'production' })).toEqual({
      ...denied('role', 'This needs a production approver.'),
      ask: { users: ['U0PROD'], groups: [] },
    });
  });

  it('does not say that the role is missing while Slack has not returned a user group', () => {
    expect(answer({ user: 'U0ANY' }, { unreadable: ['S0LEADS'] })).toEqual(
      denied(
        'lookup',
        'This needs a lead, and Slack did not confirm that you are one. Press again in a moment.',
      ),
    );
  });

  it('is no in another channel, whoever asks', () => {
    expect(answer({ channel: 'C0GENERAL' })).toEqual(
      denied('channel', `This can only be done in <#${channel}>.`),
    );
  });

  it.each([
    ['bot', 'Apps cannot do this.'],
    ['deleted', 'This Slack account is deactivated.'],
    ['guest', 'Guest accounts are read-only.'],
    ['stranger', 'People from other organizations have read-only access.'],
  ] as const)('is no for an account that is a %s', (person, says) => {
    expect(answer({}, { person })).toEqual(denied('person', says));
  });

  it('is no in a channel that is shared with another organization, or that Slack did not return', () => {
    expect(answer({}, { channel: 'unknown' })).toMatchObject({
      rule: 'lookup',
      says: expect.stringContaining('this channel is internal') as unknown,
    });
    expect(answer({}, { channel: 'external' })).toMatchObject({
      rule: 'channel',
      says: expect.stringContaining('shared with another organization') as unknown,
    });
  });

  it('needs an answer of Slack of the last minute, and of the last hour for looking', () => {
    expect(answer({}, {}, now + minute)).toEqual(allowed);
    expect(answer({}, {}, now + minute + 1)).toEqual(notConfirmed);
    expect(answer({ effect: 'other' }, {}, now + minute + 1)).toEqual(notConfirmed);
    expect(answer({ effect: 'read', role: 'responder' }, {}, now + 60 * minute)).toEqual(allowed);
    expect(answer({ effect: 'read', role: 'responder' }, {}, now + 60 * minute + 1)).toEqual(notConfirmed);
    expect(authorize(asking, settings, { kind: 'unknown', why: 'timeout' }, now)).toEqual(notConfirmed);
  });

  it('does not count a person twice', () => {
    expect(answer({ approvedBy: ['U0OTHER', 'U0LEAD'] })).toEqual(
      denied('same-person', 'You have already approved this. It needs another person.'),
    );
    expect(answer({ approvedBy: ['U0OTHER'] })).toEqual(allowed);
  });

  it.each([
    ['started', 'You started this playbook'],
    ['asked', 'You asked for this request'],
    ['adjusted', 'You chose the values of this request'],
  ] as const)('leaves the approval to others for a person who %s it', (stake, says) => {
    const stakes = new Map([['U0LEAD', stake]]);

    expect(answer({ stakes })).toEqual({
      ...denied('own-request', `${says}, so someone else has to approve it: a lead.`),
      ask: { users: ['U0LEAD'], groups: ['S0LEADS'] },
    });
    expect(answer({ stakes, tier: 'silver' })).toEqual(allowed);
    expect(answer({ stakes, tier: 'silver', others: true })).toMatchObject({ rule: 'own-request' });
    expect(answer({ stakes: new Map([['U0OTHER', stake]]) })).toEqual(allowed);
    expect(answer({ stakes, effect: 'other' })).toEqual(allowed);
  });

  it('takes the class of a change from its role, unless the change says otherwise', () => {
    expect(answer({ tier: 'silver', role: 'responder', user: 'U0RESP' })).toMatchObject({ rule: 'role' });
    expect(answer({ tier: 'silver', role: 'responder', user: 'U0RESP', policyClass: 'reversible' })).toEqual(
      allowed,
    );
    expect(answer({ role: 'production-approver' })).toMatchObject({ rule: 'role' });
    expect(answer({ role: 'production-approver', user: 'U0PROD' })).toEqual(allowed);
    expect(answer({ effect: 'other', role: 'responder', user: 'U0RESP', policyClass: 'production' })).toEqual(
      allowed,
    );
  });

  it('lets only the people under break_glass break the glass, whatever their role is', () => {
    const breakGlass = { breakGlass: true, approvedBy: ['U0GLASS'] } as const;

    expect(answer({ ...breakGlass, user: 'U0GLASS' })).toEqual(allowed);
    expect(answer({ ...breakGlass, user: 'U0PROD' })).toEqual({
      ...denied('role', 'Only the people under break_glass in relight.yaml may do this.'),
      ask: { users: ['U0GLASS'], groups: [] },
    });
    expect(answer({ ...breakGlass, user: 'U0GLASS' }, { person: 'guest' })).toMatchObject({ rule: 'person' });
  });
});
