import type { FigureCache } from '../incidents/figures/figure-cache.ts';
import { type FigureMetric, figureMetrics, samplesOf } from '../incidents/figures/figure-samples.ts';
import { monthOf } from '../incidents/figures/month.ts';
import { haltInWords } from '../incidents/halt/halts.ts';
import { isDrillId } from '../incidents/model/drills/drill-mark.ts';
import type { Clock } from '../ports/ports.ts';
import { lastSweep } from '../queue/sweep.ts';
import { readInfo, requireNoEviction } from '../redis/connection.ts';
import { redactText } from '../sanitize/redaction.ts';
import { archiveChecks, archiveDetails, archiveGauges } from './audit/archive-health.ts';
import type { Core } from './core.ts';
import type { HttpDeps, ReadyCheck } from './http.ts';

/** A recent sweep proves that jobs are being consumed; a PING does not. */
const sweptWithinMs = 90_000;

export function coreChecks(core: Core): readonly ReadyCheck[] {
  const { redis, clock } = core;
  return [
    {
      name: 'redis',
      // A replacement Redis may have other settings.
      run: async () => {
        requireNoEviction(readInfo(await redis.forAnswers.info('memory')));
        return undefined;
      },
    },
    {
      name: 'queue',
      run: async () => {
        const swept = await lastSweep(redis.forAnswers);
        if (swept === undefined)
          return 'Redis has no record of a worker: it was just started, emptied or replaced, or no process with RELIGHT_ROLE=worker is running';
        return clock.now() - swept <= sweptWithinMs
          ? undefined
          : 'no worker has taken a job recently: is a process with RELIGHT_ROLE=worker running?';
      },
    },
    ...archiveChecks(core),
  ];
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
