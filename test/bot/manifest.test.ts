import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commands } from '../../src/bot/commands/help.ts';
import * as ids from '../../src/bot/ids.ts';
import { neededScopes } from '../../src/bot/slack/slack-checks.ts';

const Manifest = z.object({
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean() }),
    shortcuts: z.array(z.object({ name: z.string(), type: z.string(), callback_id: z.string() })),
    slash_commands: z.array(z.object({ command: z.string(), usage_hint: z.string() })),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.boolean() }),
    socket_mode_enabled: z.boolean(),
  }),
});
const manifest = Manifest.parse(parse(readFileSync('manifest.yml', 'utf8')));

/** The scopes that each Web API method needs: https://docs.slack.dev/reference/methods */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
};

const source = readdirSync('src/bot', { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
  .join('\n');
const methods = new Set(
  [...source.matchAll(/\bclient\.([a-z]+(?:\.users)?\.[a-zA-Z]+)\(/g)].map(([, method = '']) => method),
);
const found = (pattern: RegExp): string[] =>
  [...source.matchAll(pattern)].map(([, name = '']) => name).toSorted();

describe('manifest.yml', () => {
  it('has exactly the scopes that the calls in src/bot need', () => {
    expect([...methods].filter((method) => scopesOf[method] === undefined)).toEqual([]);
    const needed = new Set([...methods].flatMap((method) => scopesOf[method] ?? []));
    if (source.includes('app.command(')) needed.add('commands');

    expect([...needed].toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });

  it('has the scopes that `relight doctor` checks the token for', () => {
    expect([...neededScopes].toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });

  it('subscribes to exactly the events with a listener', () => {
    expect(found(/app\.event\('([a-z_.]+)'/g)).toEqual(
      manifest.settings.event_subscriptions.bot_events.toSorted(),
    );
    expect(manifest.features.app_home.home_tab_enabled).toBe(true);
  });

  it('has the one command, and its hint names exactly the words of the command table', () => {
    const [command, ...more] = manifest.features.slash_commands;
    const words = command?.usage_hint
      .replaceAll(/\[[^\]]*\]|<[^>]*>/g, '')
      .split('|')
      .map((one) => one.trim());

    expect(more).toEqual([]);
    expect(command?.command).toBe(ids.commandName);
    expect(found(/app\.command\(([\w']+)/g)).toEqual(['commandName']);
    expect(words?.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
    // https://docs.slack.dev/reference/app-manifest: usage_hint
    expect(command?.usage_hint.length).toBeLessThanOrEqual(1_000);
  });

  it('has exactly the shortcuts with a listener', () => {
    const listened = found(/app\.shortcut\(\{ callback_id: (\w+), type: 'message_action' \}/g);

    expect(manifest.features.shortcuts).toEqual([
      expect.objectContaining({ type: 'message', callback_id: ids.startShortcutId }),
    ]);
    expect(listened).toEqual(['startShortcutId']);
  });

  it('has a listener for every form and button, and no listener for an unknown one', () => {
    const named = Object.keys(ids).filter((name) => /^[a-z].*(FormId|Id)$/.test(name));
    const used = named.filter((name) => source.split(new RegExp(`\\b${name}\\b`)).length > 2);
    const buttons = Object.keys(ids.actionIds).filter((name) => source.includes(`actionIds.${name}`));

    expect(named.filter((name) => !used.includes(name))).toEqual([]);
    expect(buttons.toSorted()).toEqual(Object.keys(ids.actionIds).toSorted());
    expect(found(/app\.view\('([^']+)'/g)).toEqual([]);
    expect(found(/app\.action\('([^']+)'/g)).toEqual([]);
  });

  it('turns on buttons and Socket Mode', () => {
    expect(manifest.settings).toMatchObject({
      interactivity: { is_enabled: true },
      socket_mode_enabled: true,
    });
  });
});
