import { asOpsError } from '../../errors.ts';
import { type Archived, createRetention } from '../../incidents/retention/retention.ts';
import type { Repeated } from '../../queue/repeated.ts';
import { createIncidentKeys } from '../../redis/retention/incident-keys.ts';
import type { Core } from '../core.ts';

const hour = 60 * 60_000;
/** A finished incident stays at most this part of the retention longer, and at most an hour. */
const lateness = 1 / 4;

/**
 * Removes finished incidents from Redis after `retention_days` and what expired notices leave behind, and caps what failed in
 * the queues. No incident is removed before the vault holds its whole journal. Without a vault, the operator has decided that
 * Redis is the only record.
 */
export function retentionWatch(core: Core, archive: { readonly archived: Archived } | undefined): Repeated {
  const { config, redis, store, catalog, notices, producer, clock, log } = core;
  const threads = createIncidentKeys(redis.forAnswers);
  const retire = createRetention({
    store,
    catalog,
    archived: archive?.archived ?? (async () => true),
    retentionDays: config.settings.retention_days,
    removeRest: threads.remove,
    now: clock.now,
    failed: (incident, error) =>
      log.error({ incident, error: asOpsError(error).line }, 'a finished incident could not be removed'),
  });
  return {
    name: 'retention',
    everyMs: Math.round(Math.min(hour, config.settings.retention_days * 24 * hour * lateness)),
    work: async () => {
      await retire();
      const expired = await notices.expired(clock.now());
      await threads.remove(expired);
      await notices.drop(expired);
      await producer.trim();
    },
  };
}
