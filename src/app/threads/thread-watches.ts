import { createNotifier } from '../../bot/slack/notifier.ts';
import { tryChannel } from '../../bot/slack/try-channel.ts';
import { createShownThreads, threadFingerprint } from '../../outbox/shown-threads.ts';
import { createSlackGate } from '../../outbox/slack-gate.ts';
import { createThreadWatch, type ThreadWatch, type ThreadWatchDeps } from '../../outbox/thread-watch.ts';
import { auditThreads, incidentThreads } from '../../outbox/wanted-threads.ts';
import type { DeliverySlack } from '../audit/audit-delivery.ts';
import type { Core } from '../core.ts';

/** One watch per channel, because each channel can refuse messages alone. */
export interface ThreadWatches {
  readonly incidents: ThreadWatch;
  /** Undefined without an audit channel. */
  readonly audit: ThreadWatch | undefined;
}

export function createThreadWatches(core: Core, { client }: Pick<DeliverySlack, 'client'>): ThreadWatches {
  const { store, notices, catalog, log, refusedCommands: workspace } = core;
  const { incident_channel: channel, audit_channel: audit } = core.config.settings;
  const { render } = createNotifier({ client, catalog, channel, log });
  const watch = (of: string, wanted: ThreadWatchDeps['wanted']): ThreadWatch =>
    watchOf(core, client, of, wanted);
  return {
    incidents: watch(
      channel,
      incidentThreads({
        store,
        notices,
        fingerprint: (incident, now) => threadFingerprint(incident, render(incident, now)),
      }),
    ),
    audit: audit === undefined ? undefined : watch(audit, auditThreads({ store, workspace })),
  };
}

function watchOf(
  { redis, producer, clock }: Core,
  client: DeliverySlack['client'],
  channel: string,
  wanted: ThreadWatchDeps['wanted'],
): ThreadWatch {
  const gate = createSlackGate(redis.forAnswers, channel);
  return createThreadWatch({
    wanted,
    shown: createShownThreads(redis.forAnswers),
    gate,
    deliver: producer.deliver,
    tryWithoutMessage: async () => tryChannel(client, channel, gate),
    clock,
  });
}

/** Runs the watches until the returned function is called. `ran` is called after each run over the incidents. */
export function runThreadWatches(
  { incidents, audit }: ThreadWatches,
  { log }: Pick<Core, 'log'>,
  ran: () => void,
): () => void {
  const stops = [
    repeat(log, async () => {
      const wait = await incidents.run();
      ran();
      return wait;
    }),
    ...(audit === undefined ? [] : [repeat(log, audit.run)]),
  ];
  return () => stops.forEach((stop) => stop());
}

const retryMs = 5_000;

function repeat(log: Core['log'], work: () => Promise<number>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    const wait = await work().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the threads could not be checked; the next run does');
      return retryMs;
    });
    if (!stopped) timer = setTimeout(() => void run(), wait);
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
