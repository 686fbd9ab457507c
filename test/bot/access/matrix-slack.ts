import { createDirectory, type Directory, type DirectoryDeps } from '../../../src/bot/access/directory.ts';
import { person, type Row, settings } from './matrix-rows.ts';

const home = { ok: true, team_id: 'T0HOME', enterprise_id: 'E0HOME' };

const groups: Readonly<Record<string, Row['role']>> = {
  S0RESPONDER: 'responder',
  S0LEAD: 'lead',
  S0PRODUCTION: 'production-approver',
};

const users: Readonly<Record<Row['kind'], object>> = {
  member: { team_id: 'T0HOME' },
  'of the same organization': { team_id: 'T0SISTER', enterprise_user: { enterprise_id: 'E0HOME' } },
  guest: { team_id: 'T0HOME', is_restricted: true },
  'single-channel guest': { team_id: 'T0HOME', is_restricted: true, is_ultra_restricted: true },
  stranger: { team_id: 'T0HOME', is_stranger: true },
  bot: { team_id: 'T0HOME', is_bot: true },
  deactivated: { team_id: 'T0HOME', deleted: true },
  'foreign team': { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0OTHER' } },
};

/** What Slack answers now, for one row. */
export interface SlackNow {
  lookup: Row['lookup'] | 'ok';
  meanwhile: Row['meanwhile'];
}

export function directoryOf(row: Row, slack: SlackNow, clock: { now: () => number }): Directory {
  const failing = (what: Row['lookup']): void => {
    if (slack.lookup === what || slack.lookup === 'fails after it worked') throw new Error('unavailable');
  };
  const client = {
    auth: { test: async () => home },
    users: {
      info: async ({ user }: { user: string }) => {
        failing('user fails');
        if (user !== person) return { ok: true, user: users.member };
        return { ok: true, user: slack.meanwhile === 'deactivated' ? users.deactivated : users[row.kind] };
      },
    },
    usergroups: {
      users: {
        list: async ({ usergroup }: { usergroup: string }) => {
          failing('group fails');
          const isIn = groups[usergroup] === row.role && slack.meanwhile !== 'role removed';
          return { ok: true, users: isIn ? [person] : [] };
        },
      },
    },
    conversations: {
      info: async () => {
        failing('user fails');
        const shared = row.channel === 'externally shared' || slack.meanwhile === 'channel shared';
        return { ok: true, channel: { is_ext_shared: shared } };
      },
    },
  };
  // The directory calls only these five methods, and reads only these fields.
  const asClient = client as unknown as DirectoryDeps['client'];
  return createDirectory({
    client: asClient,
    channel: settings.incident_channel,
    roles: settings.roles,
    clock,
  });
}
