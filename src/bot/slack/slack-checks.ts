import type { webApi } from '@slack/bolt';
import type { Config } from '../../config/environment.ts';
import type { Settings } from '../../config/settings.ts';
import { OpsError } from '../../errors.ts';
import { createLog } from '../../log.ts';
import { checkPerson, checkPolicy, type Policy, usersIn } from '../access/check-people.ts';
import { asSlackError } from './slack-errors.ts';
import { createWebClient } from './web-client.ts';

/** The scopes that the bot token needs, the same as in manifest.yml: https://docs.slack.dev/reference/scopes */
export const neededScopes = [
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'usergroups:read',
  'users:read',
] as const;

/** One check of `relight doctor` against Slack. It posts nothing, and throws with the remedy. */
export interface SlackProbe {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export function slackProbes(
  slack: Config['slack'],
  settings: Settings,
  policies: readonly Policy[] = [],
): readonly SlackProbe[] {
  const client = createWebClient(slack, createLog('silent'));
  const groups = [...new Set(Object.values(settings.roles).flatMap((people) => people.groups))];
  return [
    probe('the bot token is valid', async () => void (await client.auth.test())),
    ...(slack.mode === 'socket'
      ? [
          probe('SLACK_APP_TOKEN opens a socket and belongs to the same app', async () =>
            checkAppToken(client, slack, slack.appToken),
          ),
        ]
      : []),
    probe('the app has every permission in manifest.yml', async () => checkScopes(client)),
    ...channelProbes(client, settings),
    ...groups.map((group) =>
      probe(`the members of user group ${group} can be read`, async () => {
        const { users = [] } = await client.usergroups.users.list({ usergroup: group });
        if (users.length === 0)
          throw new OpsError('config-invalid', `the user group ${group} is empty; add people to it in Slack`);
      }),
    ),
    ...usersIn(settings.roles).map((user) =>
      probe(`${user} of \`roles\` can act`, async () => checkPerson(client, user)),
    ),
    ...policies.map((policy) =>
      probe(`enough people can approve changes in tier ${policy.tier}`, async () =>
        checkPolicy(client, policy),
      ),
    ),
  ];
}

function channelProbes(
  client: webApi.WebClient,
  { incident_channel: incidents, audit_channel: audit }: Settings,
): readonly SlackProbe[] {
  const of = (what: string, channel: string): SlackProbe =>
    probe(`the bot is in the ${what} channel ${channel}`, async () => checkChannel(client, channel));
  return [of('incident', incidents), ...(audit === undefined ? [] : [of('audit', audit)])];
}

/** https://docs.slack.dev/reference/methods/apps.connections.open; an app-level token contains the id of its app. */
async function checkAppToken(
  bot: webApi.WebClient,
  { apiUrl }: Config['slack'],
  appToken: string,
): Promise<void> {
  const client = createWebClient({ apiUrl, botToken: appToken }, createLog('silent'));
  await client.apps.connections.open({}).catch((error: unknown) => {
    if (!/invalid_auth|not_allowed_token_type|missing_scope|token_|account_inactive/.test(String(error)))
      throw error;
    throw new OpsError(
      'config-invalid',
      'Slack rejects SLACK_APP_TOKEN; create an app-level token with connections:write under Basic Information of the app',
    );
  });
  const app = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken)?.[1];
  const { bot_id: botId } = app === undefined ? {} : await bot.auth.test();
  if (app === undefined || botId === undefined) return;
  const { bot: own } = await bot.bots.info({ bot: botId });
  if (own?.app_id !== undefined && own.app_id !== app)
    throw new OpsError(
      'config-invalid',
      `SLACK_APP_TOKEN belongs to app ${app}, but SLACK_BOT_TOKEN to ${own.app_id}; use tokens of the same app`,
    );
}

function probe(name: string, run: () => Promise<void>): SlackProbe {
  const rethrow = (thrown: unknown): never => {
    throw asSlackError(thrown);
  };
  return { name, run: () => run().catch(rethrow) };
}

/** Slack returns the token's scopes in a header of every response: https://docs.slack.dev/authentication/tokens */
async function checkScopes(client: webApi.WebClient): Promise<void> {
  const { response_metadata: metadata } = await client.auth.test();
  const held = metadata?.scopes ?? [];
  const missing = neededScopes.filter((scope) => !held.includes(scope));
  if (missing.length > 0) throw new OpsError('slack-scope', missing.join(', '));
}

async function checkChannel(client: webApi.WebClient, channel: string): Promise<void> {
  const { channel: found } = await client.conversations.info({ channel });
  if (found?.is_member !== true) throw new OpsError('slack-channel', `the bot is not a member of ${channel}`);
  if (found.is_archived === true) throw new OpsError('slack-channel', `${channel} is archived`);
  // Over Slack Connect, people from other organizations would see what runs in the account.
  if (found.is_ext_shared === true)
    throw new OpsError('slack-channel', `${channel} is shared with another organization`);
}
