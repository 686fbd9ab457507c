import { createNoticeNotifier, createNotifier } from '../bot/slack/notifier.ts';
import { createSlackFiles } from '../bot/slack/slack-files.ts';
import type { createWebClient } from '../bot/slack/web-client.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import { stepFilesOf } from '../incidents/record/step-files.ts';
import { createDeliver, type Deliver } from '../outbox/deliver.ts';
import type { FileRows } from '../outbox/file-rows.ts';
import { createLimiter } from '../outbox/limiter.ts';
import { isNotice } from '../outbox/notices.ts';
import { createOutboxRows } from '../outbox/rows.ts';
import { createShowFiles } from '../outbox/show-files.ts';
import type { Core } from './core.ts';
import { withSlackFault } from './drills/slack-fault.ts';

export function createThreadDelivery(
  { config, store, catalog, notices, clock, log, redis, keptFiles }: Core,
  { client }: { readonly client: ReturnType<typeof createWebClient> },
  fileRows: FileRows,
): Deliver {
  const { slack, incident_channel: channel } = config.settings;
  const slackFiles = createSlackFiles({ client, channel });
  const common = {
    rows: createOutboxRows(redis.forAnswers),
    fileRows,
    showFiles: createShowFiles({ rows: fileRows, slackFiles, kept: keptFiles, clock, log }),
    limiter: createLimiter(redis.forAnswers, channel, slack.messages_per_second),
    clock,
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
  return async (id) => {
    if (isNotice(id)) return ofNotice(id);
    return isDrillId(id) ? ofDrill(id) : ofIncident(id);
  };
}
