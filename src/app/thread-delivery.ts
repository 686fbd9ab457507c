import { createNoticeNotifier, createNotifier } from '../bot/slack/notifier.ts';
import { createSlackFiles } from '../bot/slack/slack-files.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import { stepFilesOf } from '../incidents/record/step-files.ts';
import { isAudit } from '../outbox/audit-thread.ts';
import { createDeliver, type Deliver } from '../outbox/deliver.ts';
import type { FileRows } from '../outbox/file-rows.ts';
import { createLimiter } from '../outbox/limiter.ts';
import { isNotice } from '../outbox/notices.ts';
import { createOutboxRows } from '../outbox/rows.ts';
import { createShowFiles } from '../outbox/show-files.ts';
import { createAuditDelivery, type DeliverySlack } from './audit/audit-delivery.ts';
import type { Core } from './core.ts';
import { withSlackFault } from './drills/slack-fault.ts';
import { olderThanRedis } from './redis-loss.ts';

export function createThreadDelivery(core: Core, slackServices: DeliverySlack, fileRows: FileRows): Deliver {
  const { config, store, catalog, notices, clock, log, redis, keptFiles, tellAudit } = core;
  const { client } = slackServices;
  const { slack, incident_channel: channel } = config.settings;
  const slackFiles = createSlackFiles({ client, channel });
  const common = {
    rows: createOutboxRows(redis.forAnswers),
    fileRows,
    showFiles: createShowFiles({ rows: fileRows, slackFiles, kept: keptFiles, clock, log }),
    limiter: createLimiter(redis.forAnswers, channel, slack.messages_per_second),
    clock,
    inDoubt: olderThanRedis(core),
  };
  const slackThreads = createNotifier({ client, catalog, channel, log });
  const incidents = { ...common, load: store.load, filesOf: stepFilesOf };
  const ofIncident = createDeliver({ ...incidents, slackThreads });
  const ofDrill = createDeliver({ ...incidents, ...withSlackFault({ ...common, slackThreads }) });
  const ofNotice = createDeliver({
    ...common,
    slackThreads: createNoticeNotifier({ client, channel, log }),
    load: notices.load,
    filesOf: () => [],
  });
  const ofAudit = createAuditDelivery(core, slackServices, fileRows);
  return async (id) => {
    if (isAudit(id)) return ofAudit?.(id) ?? 0;
    if (isNotice(id)) return ofNotice(id);
    if (isDrillId(id)) return ofDrill(id);
    // A job of its own: the thread must not wait for the audit channel.
    await tellAudit(id);
    return ofIncident(id);
  };
}
