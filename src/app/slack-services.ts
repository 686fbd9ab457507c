import { createDirectory } from '../bot/access/directory.ts';
import { createNames } from '../bot/access/names.ts';
import { createReauthorize } from '../bot/access/reauthorize.ts';
import { createPermalinks } from '../bot/slack/permalinks.ts';
import { createSlackCalls } from '../bot/slack/slack-calls.ts';
import { createWebClient } from '../bot/slack/web-client.ts';
import { createOutboxRows } from '../outbox/rows.ts';
import { createSlackPauses } from '../outbox/slack-pauses.ts';
import type { Core } from './core.ts';

/** Slack, as both roles use it: the bot answers people, the worker checks again who may approve. */
export type SlackServices = Readonly<ReturnType<typeof createSlackServices>>;

export function createSlackServices({
  config,
  clock,
  log,
  redis,
}: Pick<Core, 'config' | 'clock' | 'log' | 'redis'>) {
  const { slack, settings } = config;
  const calls = createSlackCalls(clock, createSlackPauses(redis.forAnswers));
  const client = createWebClient(slack, log, calls);
  const directory = createDirectory({
    client,
    channel: settings.incident_channel,
    roles: settings.roles,
    clock,
  });
  return {
    client,
    /** The calls that failed, for the metrics. */
    calls,
    directory,
    nameOf: createNames(client, log),
    linkTo: createPermalinks({
      client,
      channel: settings.incident_channel,
      rows: createOutboxRows(redis.forAnswers),
      log,
    }),
    reauthorize: createReauthorize({ directory, settings, clock }),
  };
}
