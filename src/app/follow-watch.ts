import { createFollowWatch } from '../alarms/watch/follow.ts';
import { asksAfterwards } from '../incidents/charge/close.ts';
import type { Training } from '../ports/ports.ts';
import type { Repeated } from '../queue/repeated.ts';
import type { Core } from './core.ts';

const minute = 60_000;

/** Follows the jobs that people named as the replacement of a failed one. */
export function followWatch(
  { store, followed, catalog, planFor, advance, clock, log }: Core,
  training: Pick<Training, 'find'>,
): Repeated {
  const work = createFollowWatch({
    store,
    followed,
    planFor,
    advance,
    log,
    now: clock.now,
    findJob: training.find,
    asksAfterwards: (incident) => asksAfterwards(incident, catalog.get(incident.playbook ?? '')),
  });
  return { name: 'follow', everyMs: minute, work };
}
