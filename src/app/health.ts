import { firstWithin } from '../bot/clicks/deadline.ts';
import type { FigureCache } from '../incidents/figures/figure-cache.ts';
import { type FigureMetric, figureMetrics, samplesOf } from '../incidents/figures/figure-samples.ts';
import { monthOf } from '../incidents/figures/month.ts';
import { haltInWords } from '../incidents/halt/halts.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import type { Clock } from '../ports/ports.ts';
import { type Canary, startCanary } from '../queue/canary.ts';
import { queues } from '../queue/jobs.ts';
import { createSweepCheck } from '../queue/sweep.ts';
import type { Running } from '../queue/watched-worker.ts';
import { unreachable } from '../redis/server/ask-server.ts';
import { createWriteCheck } from '../redis/server/write-check.ts';
import { redactText } from '../sanitize/redaction.ts';
import { archiveChecks, archiveDetails, archiveGauges } from './audit/archive-health.ts';
import type { Core } from './core.ts';
import type { HttpDeps, ReadyCheck } from './http.ts';

/** A healthy Redis answers within milliseconds; an answer after this time is as good as none. */
const redisMs = 2_000;

export function coreChecks(core: Core): readonly ReadyCheck[] {
  const { redis, config } = core;
  const { redisUrl: url, redisIsDurable: durable } = config;
  const checkWrites = createWriteCheck({ redis: redis.forAnswers, url, durable });
  const silent = unreachable(url, `no answer within ${redisMs / 1_000} s`).line;
  return [
    {
      name: 'redis',
      run: async () => {
        const answer = await firstWithin(
          redisMs,
          checkWrites().then((problem) => ({ problem })),
        );
        return answer === undefined ? silent : answer.problem;
      },
    },
    { name: 'queue', run: createSweepCheck(redis.forAnswers) },
    ...archiveChecks(core),
  ];
}

/** A canary through the queue of each worker that runs in this process. */
export function startCanaries(
  { redis, log }: Pick<Core, 'redis' | 'log'>,
  workers: Partial<Readonly<Record<keyof typeof queues, Running>>>,
): readonly Canary[] {
  // The keys are those of the parameter.
  const names = Object.keys(workers) as (keyof typeof queues)[];
  return names.flatMap((name) => {
    const worker = workers[name];
    return worker === undefined
      ? []
      : [startCanary({ redis: redis.forAnswers, log, queue: queues[name], worker })];
  });
}

/** Halted changes are no reason to restart Relight, so they are shown beside the checks. */
export function details(core: Core): HttpDeps['details'] {
  return async () => {
    const halt = await core.halts.current();
    const archived = await archiveDetails(core);
    return {
      ...archived,
      changes: halt === undefined ? 'not halted' : `halted: ${redactText(haltInWords(halt))}`,
    };
  };
}

export function gauges(core: Core): HttpDeps['gauges'] {
  const { store, deadLetters, mutedAlarms, halts } = core;
  return [
    ...(core.config.auditBucket === undefined ? [] : archiveGauges(core)),
    {
      name: 'relight_incidents_open',
      help: 'Open incidents',
      read: async () => (await store.ids('open')).filter((id) => !isDrillId(id)).length,
    },
    {
      name: 'relight_dead_letters',
      help: 'Alarm messages that could not be understood',
      read: async () => deadLetters.count(),
    },
    {
      name: 'relight_changes_halted',
      help: '1 while all changes are halted',
      read: async () => ((await halts.current()) === undefined ? 0 : 1),
    },
    {
      name: 'relight_alarms_muted',
      help: 'Alarms in ALARM that open no incident because they are muted or suppressed in CloudWatch',
      read: async () => (await mutedAlarms.all()).length,
    },
  ];
}

/** The figures of the present month. The cache reads the journals at most once a minute, however often it is asked. */
export function figureGauges({ report }: FigureCache, { now }: Clock): HttpDeps['gauges'] {
  // The keys come from the table itself.
  const names = Object.keys(figureMetrics) as FigureMetric[];
  return names.map((name) => ({
    name,
    ...figureMetrics[name],
    read: async () => samplesOf(name, await report(monthOf(now()))),
  }));
}
