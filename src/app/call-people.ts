import { peopleWith } from '../config/approval-policy.ts';
import { peopleToTake, takeMinutes } from '../config/charge-settings.ts';
import { escalationRules } from '../config/escalation-rules.ts';
import { createApprovalReminders } from '../incidents/charge/approval-reminder.ts';
import { createEscalate } from '../incidents/charge/escalate.ts';
import { pagesDue } from '../incidents/charge/pages.ts';
import { predictedRecoveryAt } from '../incidents/charge/predicted-recovery.ts';
import { createTakeReminders } from '../incidents/charge/take-reminder.ts';
import { isOpen } from '../incidents/model/incident.ts';
import type { Log } from '../log.ts';
import type { SendFallback } from '../paging/fallback/send-fallback.ts';
import { createPager } from '../paging/pager.ts';
import { createSendPage, type PageDeps } from '../paging/send-page.ts';
import type { Running } from '../queue/watched-worker.ts';
import { startPageWorker } from '../queue/worker.ts';
import type { Core } from './core.ts';

/** Calls people to incidents that nobody has taken. */
export function takeReminders({ config, store, clock, advance, log }: Core): () => Promise<void> {
  const { settings } = config;
  return createTakeReminders({
    store,
    advance,
    now: clock.now,
    minutesOf: (tier) => takeMinutes(settings, tier),
    callFor: (number) => peopleToTake(settings, number),
    failed: notCalled(log),
  });
}

/** Calls people when the RTO of an incident runs out, and queues the pages to the on-call tool. */
export function escalations(core: Core): () => Promise<void> {
  const { config, store, paged, clock, log, advance } = core;
  const escalate = createEscalate({
    store,
    rulesOf: (tier) => escalationRules(config.settings, tier, config.paging !== undefined),
    predictedRecoveryAt,
    note: paged.add,
    advance,
    now: clock.now,
    failed: notCalled(log),
  });
  return async () => {
    await escalate();
    if (config.paging !== undefined) await queuePages(core);
  };
}

/** The pages are computed from the journals, so a crash before they were queued loses none. */
async function queuePages(core: Core): Promise<void> {
  const failed = notCalled(core.log);
  for (const incident of await core.paged.all())
    await queuePagesOf(core, incident).catch((error: unknown) => failed(incident, error));
}

async function queuePagesOf({ store, paged, producer }: Core, incident: string): Promise<void> {
  const present = await store.find(incident);
  const due = present === undefined ? [] : pagesDue(present);
  for (const page of due) await producer.page({ incident, ...page });
  const isDone = present === undefined || (due.length === 0 && !isOpen(present));
  if (isDone) await paged.drop(incident);
}

function notCalled(log: Log): (incident: string, error: unknown) => void {
  return (incident, error) =>
    log.error({ incident, error: String(error) }, 'people could not be called; the next run tries again');
}

/** Sends the queued pages and messages past Slack; undefined with neither an on-call tool nor a fallback. */
export function startPaging(
  core: Core,
  linkTo: PageDeps['linkTo'],
  sendFallback?: SendFallback,
): Running | undefined {
  const { config, redis, store, paged, advance, clock, log } = core;
  if (config.paging === undefined && sendFallback === undefined) return undefined;
  const pager = config.paging && createPager(config.paging);
  const sendPage = pager && createSendPage({ store, pager, linkTo, note: paged.add, advance, clock, log });
  return startPageWorker(
    { redis: redis.forWorkers, log, payloads: core.payloads },
    { sendPage, sendFallback },
  );
}

/** Offers requests again that wait for an approval. */
export function approvalReminders({ config, store, clock, advance, log }: Core): () => Promise<void> {
  const { roles } = config.settings;
  return createApprovalReminders({
    store,
    advance,
    now: clock.now,
    callFor: (role) => peopleWith(roles, role),
    failed: notCalled(log),
  });
}
