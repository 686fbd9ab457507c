import { asOpsError } from '../../errors.ts';
import { type Archived, createRetention } from '../../incidents/retention/retention.ts';
import type { Repeated } from '../../queue/repeated.ts';
import { createIncidentKeys } from '../../redis/retention/incident-keys.ts';
import type { Core } from '../core.ts';

const everyMs = 60 * 60_000;

/**
 * Removes finished incidents from Redis after `retention_days`, and caps what failed in the queues. Nothing is removed before
 * the vault holds its whole journal. Without a vault, the operator has decided that Redis is the only record.
 */
export function retentionWatch(core: Core, archive: { readonly archived: Archived } | undefined): Repeated {
  const { config, redis, store, catalog, producer, clock, log } = core;
  const retire = createRetention({
    store,
    catalog,
    archived: archive?.archived ?? (async () => true),
    retentionDays: config.settings.retention_days,
    removeRest: createIncidentKeys(redis.forAnswers).remove,
    now: clock.now,
    failed: (incident, error) =>
      log.error({ incident, error: asOpsError(error).line }, 'a finished incident could not be removed'),
  });
  return {
    name: 'retention',
    everyMs,
    work: async () => {
      await retire();
      await producer.trim();
    },
  };
}
