import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentials } from '../../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../../sandbox/slack/start.ts';
import { genesis, seal } from '../../../src/audit/chain.ts';
import { createDirectory, type Directory } from '../../../src/bot/access/directory.ts';
import {
  type ApprovedChange,
  createReauthorize,
  type Reauthorize,
} from '../../../src/bot/access/reauthorize.ts';
import { createWebClient } from '../../../src/bot/slack/web-client.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { createLog } from '../../../src/log.ts';
import { anOpening } from '../../support/a-journal.ts';
import { exampleSettings } from '../../support/core.ts';
import { getJson, postJson } from '../../support/world.ts';

describe('a person’s membership', () => {
  let slack: SlackFront;
  let directory: Directory;
  let now = 0;
  const clock = { now: () => now };

  beforeEach(async () => {
    now = 1_000_000;
    slack = await startSlackFront({ port: 0, ...credentials });
    directory = directoryWith(exampleSettings());
  });
  afterEach(async () => slack.close());

  function directoryWith({ roles }: Settings): Directory {
    const access = { botToken: credentials.botToken, apiUrl: `${slack.url}/api/` };
    return createDirectory({
      client: createWebClient(access, createLog('silent')),
      channel: 'C0INCIDENT',
      roles,
      clock,
    });
  }

  async function calls(method: string): Promise<number> {
    const ledger = (await getJson(`${slack.url}/_sandbox/ledger`)) as { calls: Record<string, number> };
    return ledger.calls[method] ?? 0;
  }

  async function broken(method: string, count = 1): Promise<void> {
    await postJson(`${slack.url}/_sandbox/faults`, { method, kind: 'error', count });
  }

  it('is cached for a minute, and read again on request', async () => {
    await directory.membership('U0LEAD');
    await directory.membership('U0LEAD');
    expect(await calls('users.info')).toBe(1);

    await directory.membership('U0LEAD', { fresh: true });
    expect(await calls('users.info')).toBe(2);

    now += 60_000;
    expect(await directory.membership('U0LEAD')).toMatchObject({ readAt: now });
    expect(await calls('users.info')).toBe(3);
  });

  it('lists the person’s user groups', async () => {
    expect(await directory.membership('U0LEAD')).toMatchObject({
      kind: 'found',
      person: 'member',
      groups: ['S0RESPOND', 'S0LEADS'],
      unreadable: [],
    });
    expect(await directory.membership('U0GUEST')).toMatchObject({ groups: [] });
  });

  it('is unknown if the lookup fails, and is looked up again the next time', async () => {
    await broken('users.info');

    expect(await directory.membership('U0LEAD')).toMatchObject({ kind: 'unknown' });
    expect(await directory.membership('U0LEAD')).toMatchObject({ kind: 'found' });
  });

  it('grants nothing for a user group that cannot be read', async () => {
    await broken('usergroups.users.list', 2);

    expect(await directory.membership('U0LEAD')).toMatchObject({
      groups: [],
      unreadable: ['S0RESPOND', 'S0LEADS'],
    });
  });

  describe('right before a change is carried out', () => {
    const incident = incidentFrom([seal({ seq: 0, at: 0, event: anOpening(), prev: genesis })]);

    function approvedBy(...people: readonly string[]): ApprovedChange {
      const approvals = people.map((by, at) => ({ by, at }));
      return { step: 'resumed', role: 'lead', policyClass: 'spend', approvals };
    }

    function reauthorizeWith(changed: Settings): Reauthorize {
      return createReauthorize({ directory: directoryWith(changed), settings: changed, clock });
    }

    it('keeps the approval of a lead', async () => {
      expect(await reauthorizeWith(exampleSettings())(incident, approvedBy('U0LEAD'))).toBeUndefined();
    });

    it('voids the approval of a person who is no longer a lead', async () => {
      expect(await reauthorizeWith(exampleSettings())(incident, approvedBy('U0RESP'))).toContain(
        'is no longer allowed to approve',
      );
    });

    it('voids an approval if the tier now needs more people, and never counts one person twice', async () => {
      const { gold, ...others } = exampleSettings().tiers;
      if (gold === undefined) throw new Error('the example has a gold tier');
      const stricter = {
        ...exampleSettings(),
        tiers: { ...others, gold: { ...gold, change: { role: 'lead', approvals: 2 } } },
      } as const;
      const check = reauthorizeWith(stricter);

      expect(await check(incident, approvedBy('U0LEAD', 'U0LEAD'))).toContain('2 different people');
      expect(await check(incident, approvedBy('U0LEAD', 'U0LEAD', 'U0LEAD2'))).toBeUndefined();
    });

    it('neither allows nor voids anything while Slack does not respond, so the worker asks again', async () => {
      await broken('users.info');

      await expect(reauthorizeWith(exampleSettings())(incident, approvedBy('U0LEAD'))).rejects.toMatchObject({
        code: 'slack-unavailable',
        retry: true,
      });
    });
  });
});
