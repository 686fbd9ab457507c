import { createNoticeNotifier, createNotifier } from '../bot/slack/notifier.ts';
import { createSlackFiles } from '../bot/slack/slack-files.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import type { Incident } from '../incidents/model/incident.ts';
import { stepFilesOf } from '../incidents/record/step-files.ts';
import { isAudit } from '../outbox/audit-thread.ts';
import { createDeliver, type Deliver } from '../outbox/deliver.ts';
import type { FileRows } from '../outbox/file-rows.ts';
import { gatedDelivery, gatedFiles, gatedThreads } from '../outbox/gated.ts';
import { createLimiter } from '../outbox/limiter.ts';
import { isNotice } from '../outbox/notices.ts';
import { createOutboxRows } from '../outbox/rows.ts';
import { createShowFiles } from '../outbox/show-files.ts';
import { createShownThreads, threadFingerprint } from '../outbox/shown-threads.ts';
import { createSlackGate } from '../outbox/slack-gate.ts';
import { createAuditDelivery, type DeliverySlack } from './audit/audit-delivery.ts';
import type { Core } from './core.ts';
import { withSlackFault } from './drills/slack-fault.ts';
import { olderThanRedis } from './redis-loss.ts';

export function createThreadDelivery(core: Core, slackServices: DeliverySlack, fileRows: FileRows): Deliver {
  const { config, store, catalog, notices, clock, log, redis, keptFiles, tellAudit } = core;
  const { client } = slackServices;
  const { slack, incident_channel: channel } = config.settings;
  const gate = createSlackGate(redis.forAnswers, channel);
  const shown = createShownThreads(redis.forAnswers);
  const slackFiles = gatedFiles(createSlackFiles({ client, channel }), gate, log);
  const common = {
    rows: createOutboxRows(redis.forAnswers),
    fileRows,
    showFiles: createShowFiles({ rows: fileRows, slackFiles, kept: keptFiles, clock, log }),
    limiter: createLimiter(redis.forAnswers, channel, slack.messages_per_second),
    clock,
    inDoubt: olderThanRedis(core),
  };
  const slackThreads = gatedThreads(createNotifier({ client, catalog, channel, log }), gate, log);
  const delivered = async (incident: Incident, now: number): Promise<void> =>
    shown.note(incident.id, threadFingerprint(incident, slackThreads.render(incident, now)));
  const incidents = { ...common, load: store.load, filesOf: stepFilesOf, delivered };
  const ofIncident = createDeliver({ ...incidents, slackThreads });
  const ofDrill = createDeliver({ ...incidents, ...withSlackFault({ ...common, slackThreads }) });
  const ofNotice = createDeliver({
    ...common,
    slackThreads: gatedThreads(createNoticeNotifier({ client, channel, log }), gate, log),
    load: notices.load,
    filesOf: () => [],
    delivered: async (notice) => shown.note(notice.id, threadFingerprint(notice, [])),
  });
  const ofAudit = createAuditDelivery(core, slackServices, fileRows);
  const inChannel = gatedDelivery(gate, async (id) => {
    if (isNotice(id)) return ofNotice(id);
    return isDrillId(id) ? ofDrill(id) : ofIncident(id);
  });
  return async (id) => {
    if (isAudit(id)) return ofAudit?.(id) ?? 0;
    // A job of its own: the thread must not wait for the audit channel.
    if (!isNotice(id) && !isDrillId(id)) await tellAudit(id);
    return inChannel(id);
  };
}
