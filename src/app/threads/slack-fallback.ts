import { createPublish } from '../../aws/alarms/publish.ts';
import type { Clients } from '../../aws/clients.ts';
import { asOpsError } from '../../errors.ts';
import { createSlackGate } from '../../outbox/slack-gate.ts';
import { createWebhook, type SendPast } from '../../paging/fallback/fallback-webhook.ts';
import { createQueueFallbacks } from '../../paging/fallback/queue-fallbacks.ts';
import { createSendFallback, type SendFallback } from '../../paging/fallback/send-fallback.ts';
import { createFallbackLedger } from '../../redis/paging/fallback-ledger.ts';
import type { Core } from '../core.ts';
import { troubleIn } from './slack-health.ts';

/** The second way out, for when Slack takes no messages. */
export interface FallbackParts {
  /** Queues what people must know. */
  readonly sweep: () => Promise<void>;
  readonly send: SendFallback;
}

/** Undefined without `notify_fallback` in relight.yaml. */
export function fallbackOf(core: Core, { sns }: Pick<Clients, 'sns'>): FallbackParts | undefined {
  const { config, redis, store, producer, clock, log } = core;
  const { fallback, settings } = config;
  if (fallback === undefined) return undefined;
  const gate = createSlackGate(redis.forAnswers, settings.incident_channel);
  const ledger = createFallbackLedger(redis.forAnswers);
  const ways = {
    ...(fallback.webhook !== undefined && { webhook: createWebhook(fallback.webhook) }),
    ...(fallback.topic !== undefined && { topic: toTopic(sns, fallback.topic) }),
  };
  return {
    sweep: createQueueFallbacks({
      store,
      gate,
      ledger,
      ways: (['webhook', 'topic'] as const).filter((way) => way in ways),
      queue: producer.fallback,
    }),
    send: createSendFallback({
      store,
      ways,
      ledger,
      whySilent: async () => troubleIn(gate, settings.incident_channel),
      clock,
      log,
    }),
  };
}

function toTopic(sns: Clients['sns'], topic: string): SendPast {
  const publish = createPublish(sns, topic);
  return async (message) => {
    try {
      await publish({ text: message.text, body: JSON.stringify(message), dedupKey: message.dedup_key });
      return { kind: 'accepted' };
    } catch (thrown) {
      const { retry, line } = asOpsError(thrown);
      return { kind: retry ? 'later' : 'refused', why: line };
    }
  };
}
