import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentials } from '../../../sandbox/relight-process.ts';
import { type SlackFront, startSlackFront } from '../../../sandbox/slack/start.ts';
import { slackProbes } from '../../../src/bot/slack/slack-checks.ts';
import { asOpsError } from '../../../src/errors.ts';
import { exampleSettings } from '../../support/core.ts';

describe('the Slack checks of `relight doctor`', () => {
  let slack: SlackFront;

  beforeEach(async () => {
    slack = await startSlackFront({ port: 0, ...credentials });
  });
  afterEach(async () => slack.close());

  /** By check: `ok`, or the line that the operator reads. */
  async function findings(
    changes: { token?: string; channel?: string; group?: string; audit?: string } = {},
  ): Promise<string[]> {
    const example = exampleSettings();
    const { token = credentials.botToken, channel = example.incident_channel, group, audit } = changes;
    const { roles } = example;
    const leads = group === undefined ? roles.leads : { users: [], groups: [group] };
    const settings = {
      ...example,
      incident_channel: channel,
      ...(audit !== undefined && { audit_channel: audit }),
      roles: { ...roles, leads },
    };
    const access = {
      mode: 'socket',
      appToken: credentials.appToken,
      botToken: token,
      apiUrl: `${slack.url}/api/`,
    } as const;
    return Promise.all(
      slackProbes(access, settings).map(async ({ run }) =>
        run().then(
          () => 'ok',
          (error: unknown) => asOpsError(error).line,
        ),
      ),
    );
  }

  it('all pass in the sandbox', async () => {
    expect(new Set(await findings())).toEqual(new Set(['ok']));
  });

  it('say what to do about a wrong token', async () => {
    expect((await findings({ token: 'xoxb-wrong' }))[0]).toContain('Reinstall the app with manifest.yml');
  });

  it('say what to do about a channel that the bot cannot use', async () => {
    expect((await findings({ channel: 'C0NOWHERE' })).join()).toContain(
      'Invite the bot with `/invite @Relight`',
    );
  });

  it('say what to do about an audit channel that the bot cannot use', async () => {
    expect(new Set(await findings({ audit: 'C0AUDIT' }))).toEqual(new Set(['ok']));
    expect((await findings({ audit: 'C0NOWHERE' })).join()).toContain(
      'Invite the bot with `/invite @Relight`',
    );
  });

  it('say what to do about a user group that does not exist', async () => {
    expect((await findings({ group: 'S0NOBODY' })).join()).toContain('Correct its id under `roles`');
  });
});
