import { Redis } from 'ioredis';
import { pino } from 'pino';
import { type OnCallTool, startOnCallTool } from '../../sandbox/on-call.ts';
import { escalations, startPaging } from '../../src/app/call-people.ts';
import type { Core } from '../../src/app/core.ts';
import { pagesDue } from '../../src/incidents/charge/pages.ts';
import type { IncidentEvent, Opened } from '../../src/incidents/model/events.ts';
import type { Log } from '../../src/log.ts';
import type { Running } from '../../src/queue/watched-worker.ts';
import { startBot, type TestBot } from '../bot/a-bot.ts';
import { anOpening } from '../support/a-journal.ts';
import { createTestCore } from '../support/core.ts';
import { until } from '../support/until.ts';

export const minute = 60_000;
export const routingKey = 'R0UTINGKEYR0UTINGKEYR0UTINGKEY00';

/** A bot, workers with page queues, and stand-ins for Slack and the on-call tool, on a simulated clock. */
export interface Escalation {
  readonly id: string;
  readonly bot: TestBot;
  readonly tool: OnCallTool;
  /** The lines that the workers logged. */
  readonly logged: readonly string[];
  readonly clock: { now: number };
  readonly open: (changes?: Partial<Opened>) => Promise<void>;
  readonly happens: (...events: IncidentEvent[]) => Promise<void>;
  /** Lets so many workers look at the incidents at once, and delivers the thread. */
  readonly look: () => Promise<void>;
  /** Looks every minute, up to so many minutes after the failure; waits for the pages of each minute. */
  readonly pass: (minutes: number) => Promise<void>;
  readonly pagesSent: () => Promise<void>;
  /** As when all workers crash and others start. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startEscalation(failedAt: number, link?: string): Promise<Escalation> {
  const clock = { now: failedAt };
  const time = { now: (): number => clock.now };
  const tool = await startOnCallTool(0, routingKey);
  const bot = await startBot({ clock: time });
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const { incident: id } = anOpening();
  let workers = startWorkers({ bot, time, tool, log, link });
  const look: Escalation['look'] = async () => {
    await Promise.all(workers.map(({ escalate }) => escalate()));
    await bot.deliver(id);
  };
  const pagesSent: Escalation['pagesSent'] = async () => {
    await until(async () => {
      await Promise.all(workers.map(({ escalate }) => escalate()));
      return pagesDue(await bot.store.load(id)).length === 0;
    }, 'the pages to be sent');
  };
  return {
    id,
    bot,
    tool,
    logged,
    clock,
    look,
    pagesSent,
    open: async (changes = {}) => {
      await bot.store.open([anOpening({ alarm: { ...anOpening().alarm, at: failedAt }, ...changes })]);
    },
    happens: async (...events) => {
      await bot.store.record(id, () => events);
      await bot.deliver(id);
    },
    pass: async (minutes) => {
      for (; clock.now <= failedAt + minutes * minute; clock.now += minute) {
        await look();
        await pagesSent();
      }
    },
    restart: async () => {
      await stop(workers);
      workers = startWorkers({ bot, time, tool, log, link });
    },
    close: async () => {
      await stop(workers);
      await Promise.all([bot.close(), tool.close()]);
    },
  };
}

interface Worker {
  readonly escalate: () => Promise<void>;
  readonly pages: Running | undefined;
  readonly core: Core;
  readonly redis: Redis;
}

interface Parts {
  readonly bot: TestBot;
  readonly time: { readonly now: () => number };
  readonly tool: OnCallTool;
  readonly log: Log;
  readonly link: string | undefined;
}

function startWorkers({ bot, time, tool, log, link }: Parts): readonly Worker[] {
  return [1, 2].map(() => {
    const redis = new Redis(bot.redis.url, { maxRetriesPerRequest: null });
    const wired = createTestCore(redis, {
      clock: time,
      settings: () => bot.settings,
      paging: { url: tool.url, key: routingKey },
    });
    const core: Core = { ...wired, log, advance: async (id) => void (await bot.deliver(id)) };
    return { redis, core, escalate: escalations(core), pages: startPaging(core, async () => link) };
  });
}

async function stop(workers: readonly Worker[]): Promise<void> {
  for (const { core, pages, redis } of workers) {
    await pages?.close(0);
    await core.producer.close();
    redis.disconnect();
  }
}
