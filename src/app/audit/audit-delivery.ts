import { createAuditNotifier } from '../../bot/slack/audit-notifier.ts';
import type { LinkTo } from '../../bot/slack/permalinks.ts';
import type { createWebClient } from '../../bot/slack/web-client.ts';
import { auditLines } from '../../outbox/audit-lines.ts';
import { type AuditThread, auditedIncident } from '../../outbox/audit-thread.ts';
import { createDeliver, type Deliver } from '../../outbox/deliver.ts';
import type { FileRows } from '../../outbox/file-rows.ts';
import { gatedDelivery, gatedThreads } from '../../outbox/gated.ts';
import { createLimiter } from '../../outbox/limiter.ts';
import { createOutboxRows } from '../../outbox/rows.ts';
import { createShownThreads } from '../../outbox/shown-threads.ts';
import { createSlackGate } from '../../outbox/slack-gate.ts';
import { createAuditSince } from '../../redis/audit/audit-since.ts';
import type { Core } from '../core.ts';
import { olderThanRedis } from '../redis-loss.ts';

/** Slack, as deliveries use it. */
export interface DeliverySlack {
  readonly client: ReturnType<typeof createWebClient>;
  readonly linkTo: LinkTo;
}

/** Tells the decisions of a journal in `audit_channel`; undefined without that setting. */
export function createAuditDelivery(
  core: Core,
  { client, linkTo }: DeliverySlack,
  fileRows: FileRows,
): Deliver | undefined {
  const { config, redis, clock, log } = core;
  const { audit_channel: channel, slack } = config.settings;
  if (channel === undefined) return undefined;
  const gate = createSlackGate(redis.forAnswers, channel);
  const shown = createShownThreads(redis.forAnswers);
  const deliver = createDeliver({
    rows: createOutboxRows(redis.forAnswers),
    limiter: createLimiter(redis.forAnswers, channel, slack.messages_per_second),
    slackThreads: gatedThreads(createAuditNotifier({ client, channel, log }), gate, log),
    delivered: async ({ id, entries }) => shown.note(id, String(entries)),
    load: auditLoader(core, linkTo, createAuditSince(redis.forAnswers, channel, clock.now())),
    fileRows,
    filesOf: () => [],
    showFiles: async () => undefined,
    clock,
    inDoubt: olderThanRedis(core),
  });
  return gatedDelivery(gate, deliver);
}

function auditLoader(
  { store, refusedCommands, catalog }: Pick<Core, 'store' | 'refusedCommands' | 'catalog'>,
  linkTo: LinkTo,
  sinceOf: () => Promise<number>,
): (thread: string) => Promise<AuditThread> {
  return async (id) => {
    const incident = auditedIncident(id);
    const since = await sinceOf();
    const journal = incident === undefined ? refusedCommands.lines() : store.lines(incident);
    const counted = countingLines(journal);
    const lines = await auditLines({ lines: counted.lines, incident, catalog, since });
    const link = incident === undefined || lines.length === 0 ? undefined : await linkTo(incident);
    return { id, seq: lines.length, openedAt: since, incident, link, lines, entries: counted.count() };
  };
}

function countingLines(lines: AsyncIterable<string>): {
  readonly lines: AsyncIterable<string>;
  readonly count: () => number;
} {
  let count = 0;
  const counted = async function* (): AsyncGenerator<string> {
    for await (const line of lines) {
      count += 1;
      yield line;
    }
  };
  return { lines: counted(), count: () => count };
}
