import type { webApi } from '@slack/bolt';
import type { Config } from '../config.ts';
import type { Settings } from '../config-file.ts';
import { OpsError } from '../errors.ts';
import { createLog } from '../log.ts';
import { neededScopes } from './scopes.ts';
import { asSlackError } from './slack-errors.ts';
import { createWebClient } from './web-client.ts';

/** One thing that `relight doctor` asks of Slack; throws with the remedy. Nothing is posted. */
export interface SlackProbe {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export function slackProbes(slack: Config['slack'], settings: Settings): readonly SlackProbe[] {
  const client = createWebClient(slack, createLog('silent'));
  const groups = [...new Set(Object.values(settings.roles).flatMap((people) => people.groups))];
  return [
    probe('the bot token is good', async () => {
      await client.auth.test();
    }),
    probe('the app has every permission of manifest.yml', async () => checkScopes(client)),
    probe(`the bot is in the incident channel ${settings.incident_channel}`, async () =>
      checkChannel(client, settings.incident_channel),
    ),
    ...groups.map((group) =>
      probe(`the members of user group ${group} can be read`, async () => {
        await client.usergroups.users.list({ usergroup: group });
      }),
    ),
  ];
}

function probe(name: string, run: () => Promise<void>): SlackProbe {
  return {
    name,
    run: async () => {
      try {
        await run();
      } catch (thrown) {
        throw asSlackError(thrown);
      }
    },
  };
}

/** Slack names the token's scopes in a header of every answer: https://docs.slack.dev/authentication/tokens */
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
  // Through Slack Connect, people of other organisations would see what runs in the account.
  if (found.is_ext_shared === true)
    throw new OpsError('slack-channel', `${channel} is shared with another organisation`);
}
