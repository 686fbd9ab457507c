import { createDirectory, type Directory } from '../bot/access/directory.ts';
import { createNames, type NameOf } from '../bot/access/names.ts';
import { createReauthorize, type Reauthorize } from '../bot/access/reauthorize.ts';
import { createWebClient } from '../bot/slack/web-client.ts';
import type { Core } from './core.ts';

/** What both roles need of Slack: the bot to answer people, the worker to ask once more who may approve. */
export interface SlackSide {
  readonly client: ReturnType<typeof createWebClient>;
  readonly directory: Directory;
  readonly nameOf: NameOf;
  readonly reauthorize: Reauthorize;
}

export function openSlackSide({ config, clock, log }: Core): SlackSide {
  const { slack, settings } = config;
  const client = createWebClient(slack, log);
  const directory = createDirectory({ client, roles: settings.roles, clock });
  return {
    client,
    directory,
    nameOf: createNames(client, log),
    reauthorize: createReauthorize({ directory, settings, clock }),
  };
}
