import { createRelease } from '../incidents/holds/release.ts';
import { createSilences } from '../incidents/holds/silence.ts';
import { heldSummary } from '../incidents/holds/summary.ts';
import { failureWords } from '../ports/failure-words.ts';
import type { Core } from './core.ts';

/** Opens the threads that nothing holds back any more. */
export function releaser({
  store,
  holds,
  clock,
  announce,
  advance,
  log,
}: Pick<Core, 'store' | 'holds' | 'clock' | 'announce' | 'advance' | 'log'>): () => Promise<void> {
  const silences = createSilences({ store, silenced: holds.silenced, now: clock.now });
  return createRelease({
    store,
    held: holds.held,
    holds,
    isActive: async ({ id, until }) =>
      clock.now() < until && (!id.startsWith('snooze-') || (await silences.active()).has(id)),
    announce: async (hold, incidents) => announce(heldSummary(hold, incidents, failureWords)),
    advance,
    log,
  });
}
