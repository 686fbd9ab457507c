import { beforeEach, describe, expect, it } from 'vitest';
import { createDirectory, type Directory } from '../../../src/bot/access/directory.ts';
import { clientOf, type FakeSlack } from './a-fake-slack.ts';
import { people } from './a-policy.ts';

const minute = 60_000;
const home = { team_id: 'T0HOME', enterprise_id: 'E0HOME' };

describe('what Slack says of a person', () => {
  let slack: FakeSlack;
  let now: number;
  let directory: Directory;

  beforeEach(() => {
    now = 1_000_000;
    slack = {
      home,
      user: { team_id: 'T0HOME' },
      channel: {},
      groups: { S0RESPOND: ['U0ANY'], S0LEADS: ['U0OTHER'], S0OPS: [] },
      delayMs: 0,
      broken: new Set(),
      calls: {},
    };
    directory = createDirectory({
      client: clientOf(slack),
      channel: 'C0INCIDENT',
      roles: people().roles,
      clock: { now: () => now },
    });
  });

  const membership = async (options: { fresh?: boolean; stale?: boolean } = {}): Promise<unknown> =>
    directory.membership('U0ANY', options);

  it('is who they are, their user groups of relight.yaml, and when that was read', async () => {
    expect(await membership()).toEqual({
      kind: 'found',
      person: 'member',
      groups: ['S0RESPOND'],
      unreadable: [],
      channel: 'internal',
      readAt: now,
    });
    expect(slack.calls).toEqual({
      home: 1,
      'user U0ANY': 1,
      'channel C0INCIDENT': 1,
      'group S0RESPOND': 1,
      'group S0LEADS': 1,
      'group S0OPS': 1,
    });
  });

  it.each([
    [{}, 'member'],
    [{ deleted: true, is_bot: true }, 'deleted'],
    [{ is_bot: true, is_restricted: true }, 'bot'],
    [{ is_workflow_bot: true }, 'bot'],
    [{ is_restricted: true, is_stranger: true }, 'guest'],
    [{ is_ultra_restricted: true }, 'guest'],
    [{ is_stranger: true }, 'stranger'],
    [{ team_id: 'T0ELSE' }, 'stranger'],
    [{ team_id: undefined }, 'stranger'],
    [{ team_id: 'T0ELSE', enterprise_user: { enterprise_id: 'E0HOME' } }, 'member'],
    [{ team_id: 'T0ELSE', enterprise_user: { enterprise_id: 'E0ELSE' } }, 'stranger'],
    [{ team_id: 'T0ELSE', enterprise_user: {} }, 'stranger'],
    [{ is_stranger: true, enterprise_user: { enterprise_id: 'E0HOME' } }, 'stranger'],
  ])('makes the account %j a %s', async (user, person) => {
    slack.user = { team_id: 'T0HOME', ...user };

    expect(await membership()).toMatchObject({ person });
  });

  it('makes nobody a member by an organization or a workspace that both lack', async () => {
    slack.home = {};
    slack.user = {};

    expect(await membership()).toMatchObject({ person: 'stranger' });
    slack.home = { team_id: 'T0HOME' };
    slack.user = { team_id: 'T0ELSE', enterprise_user: {} };
    expect(await membership({ fresh: true })).toMatchObject({ person: 'stranger' });
  });

  it.each([
    [{}, 'internal'],
    [{ is_ext_shared: true }, 'external'],
    [{ is_pending_ext_shared: true }, 'external'],
    [{ is_shared: true }, 'external'],
    [{ is_shared: true, is_org_shared: true }, 'internal'],
    [{ is_org_shared: true }, 'internal'],
    [{ is_ext_shared: true, is_shared: true, is_org_shared: true }, 'external'],
  ])('makes the channel %j %s', async (channel, expected) => {
    slack.channel = channel;

    expect(await membership()).toMatchObject({ channel: expected });
  });

  it('is unknown without the account or the workspace, and why', async () => {
    slack.broken.add('home');
    expect(await membership()).toEqual({ kind: 'unknown', why: 'home is away' });
    slack.broken = new Set(['user U0ANY']);
    expect(await membership({ fresh: true })).toEqual({ kind: 'unknown', why: 'user U0ANY is away' });
    slack.broken = new Set();
    slack.user = { team_id: 7 };
    expect(await membership()).toMatchObject({ kind: 'unknown' });
  });

  it('grants nothing by a group or a channel that Slack does not return', async () => {
    slack.broken = new Set(['group S0RESPOND', 'channel C0INCIDENT']);

    expect(await membership()).toEqual({
      kind: 'found',
      person: 'member',
      groups: [],
      unreadable: ['S0RESPOND'],
      channel: 'unknown',
      readAt: now,
    });
    slack.groups['S0LEADS'] = undefined;
    expect(await membership({ fresh: true })).toMatchObject({ groups: [], unreadable: ['S0RESPOND'] });
  });

  it('is read again after a minute, or at once on request, but the workspace only once', async () => {
    await membership();
    now += minute - 1;
    expect(await membership()).toMatchObject({ readAt: now - minute + 1 });
    expect(slack.calls['user U0ANY']).toBe(1);

    now += 1;
    expect(await membership()).toMatchObject({ readAt: now });
    await membership({ fresh: true });
    expect(slack.calls).toEqual({
      home: 1,
      'user U0ANY': 3,
      'channel C0INCIDENT': 3,
      'group S0RESPOND': 3,
      'group S0LEADS': 3,
      'group S0OPS': 3,
    });
  });

  it('is read once for people who click at the same time', async () => {
    slack.delayMs = 5;
    await Promise.all([membership(), membership(), membership()]);

    expect(slack.calls['user U0ANY']).toBe(1);
  });

  it('is as old as its oldest part', async () => {
    await membership();
    now += 10_000;
    await directory.membership('U0OTHER');
    expect(await directory.membership('U0OTHER')).toMatchObject({ readAt: now - 10_000 });
  });

  it('is asked for again after a failure', async () => {
    slack.broken.add('user U0ANY');
    await membership();
    slack.broken.clear();

    expect(await membership()).toMatchObject({ kind: 'found' });
    expect(slack.calls['user U0ANY']).toBe(2);
  });

  describe('while Slack does not answer', () => {
    it('is for looking what it said in the last hour, and for nothing else', async () => {
      await membership();
      const readAt = now;
      slack.broken = new Set(['user U0ANY', 'group S0RESPOND', 'channel C0INCIDENT']);
      now += 60 * minute;

      expect(await membership({ stale: true })).toMatchObject({
        kind: 'found',
        groups: ['S0RESPOND'],
        readAt,
      });
      expect(await membership()).toMatchObject({ kind: 'unknown' });
      now += 1;
      expect(await membership({ stale: true })).toMatchObject({ kind: 'unknown' });
    });

    it('is the old answer after half a second, and the new one if that comes in time', async () => {
      await membership();
      now += 2 * minute;
      slack.delayMs = 5_000;
      const readAt = now - 2 * minute;
      const start = performance.now();
      expect(await membership({ stale: true })).toMatchObject({ readAt });
      expect(performance.now() - start).toBeLessThan(4_000);

      slack.delayMs = 1;
      expect(await membership({ fresh: true, stale: true })).toMatchObject({ readAt: now });
    });
  });
});
