import type { OpsError } from '../../errors.ts';
import { noticeThread } from '../../outbox/notices.ts';
import { sha256 } from '../../ports/canonical.ts';
import type { Core } from '../core.ts';

/** Errors about one journal, which keep no other journal back. */
const refusals: ReadonlySet<OpsError['code']> = new Set([
  'journal-forged',
  'journal-unreadable',
  'journal-forked',
  'decision-unsigned',
]);

export function isRefusal({ code }: Pick<OpsError, 'code'>): boolean {
  return refusals.has(code);
}

/**
 * Tells people once of each line that something other than Relight wrote, or that this version cannot read: in the channel,
 * in the workspace journal (and so in the audit channel), and in the log. Errors of another kind are left to the caller.
 */
export function refusalReporter({
  notices,
  producer,
  refusedCommands,
  clock,
  log,
}: Pick<Core, 'notices' | 'producer' | 'refusedCommands' | 'clock' | 'log'>) {
  return async (incident: string, error: OpsError): Promise<void> => {
    if (!isRefusal(error)) return;
    const { detail, message, next } = error;
    log.error({ incident, error: message }, 'refused the journal of an incident');
    const id = `forged-${sha256([incident, detail]).slice(0, 16)}`;
    const lines = [`Nothing of ${incident} runs. ${next}`];
    const notice = { id, sign: 'warning', headline: message, lines } as const;
    if (await notices.add(notice, clock.now()))
      await refusedCommands.add({ type: 'journal-refused', incident, why: detail });
    await producer.deliver(noticeThread(notice));
  };
}
