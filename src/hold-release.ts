import { heldSummary } from './alarms/held-summary.ts';
import type { Core } from './core.ts';
import { createRelease } from './incidents/release.ts';
import { createSnoozes } from './incidents/snoozes.ts';
import { failureWords } from './playbooks/diagnosis/failure-words.ts';

/** Opens the threads that nothing holds back any more. */
export function releaser({
  store,
  holds,
  clock,
  announce,
  advance,
  log,
}: Pick<Core, 'store' | 'holds' | 'clock' | 'announce' | 'advance' | 'log'>): () => Promise<void> {
  const snoozes = createSnoozes({ store, snoozed: holds.snoozed, now: clock.now });
  return createRelease({
    store,
    held: holds.held,
    holds,
    stands: async ({ id, until }) =>
      clock.now() < until && (!id.startsWith('snooze-') || (await snoozes.standing()).has(id)),
    tell: async (hold, told) => announce(heldSummary(hold, told, failureWords)),
    advance,
    log,
  });
}
