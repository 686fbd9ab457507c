import { createSlackServices } from '../../src/app/slack-services.ts';
import { createThreadDelivery } from '../../src/app/thread-delivery.ts';
import { createLog } from '../../src/log.ts';
import { createFileRows } from '../../src/outbox/file-rows.ts';
import { startMessageWorker } from '../../src/queue/worker.ts';
import { type Connections, connect } from '../../src/redis/connection.ts';
import { createTestCore } from '../support/core.ts';
import type { TestBot } from './a-bot.ts';

export interface DeliveryProcess {
  readonly stop: () => Promise<void>;
}

/** A process that delivers what the queue has, beside those of the bot. */
export async function startDeliveryProcess(bot: TestBot): Promise<DeliveryProcess> {
  const redis: Connections = await connect(bot.redis.url, createLog('silent'));
  const core = createTestCore(redis.forAnswers, {
    catalog: bot.catalog,
    settings: () => bot.settings,
    slack: { apiUrl: `${bot.slack.url}/api/` },
  });
  const deliver = createThreadDelivery(core, createSlackServices(core), createFileRows(redis.forAnswers));
  const worker = startMessageWorker(
    { redis: redis.forWorkers, log: core.log, payloads: core.payloads },
    deliver,
  );
  return {
    stop: async () => {
      await worker.close(1_000);
      await core.producer.close();
      await redis.close();
    },
  };
}
