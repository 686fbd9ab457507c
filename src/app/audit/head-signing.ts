import { createHeadWriter, type HeadWriter } from '../../audit/archive/head-writer.ts';
import type { VaultStore } from '../../audit/vault.ts';
import { asOpsError } from '../../errors.ts';
import { createRareWarnings } from '../../log.ts';
import type { Core } from '../core.ts';
import { isRefusal, refusalReporter } from './journal-refusals.ts';

const signEveryMs = 5_000;
/** Per round, so that a round ends. */
const maxJournals = 200;
const maxPauseMs = 60_000;

/** Signing that goes on until it is stopped. */
export interface HeadSigning {
  readonly stop: () => void;
}

/**
 * Signs the newest entries in the vault. Runs in processes that take clicks, because only they have the signing key, and
 * reads the vault and not Redis: what is signed is what an auditor will find. Any number of processes may do it at once.
 */
export function startHeadSigning(core: Core, store: VaultStore | undefined): HeadSigning {
  if (store === undefined) return { stop: () => undefined };
  const { log, clock } = core;
  const warn = createRareWarnings(log, clock.now);
  const writer = createHeadWriter({ ...core, store });
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = signEveryMs;
  let stopped = false;
  const round = async (): Promise<void> => {
    try {
      await signHeads(core, writer);
      pauseMs = signEveryMs;
    } catch (error) {
      pauseMs = Math.min(maxPauseMs, pauseMs * 2);
      warn('the heads of the archive could not be signed; Relight tries again', { error: String(error) });
    }
    if (!stopped) timer = setTimeout(() => void round(), pauseMs);
  };
  timer = setTimeout(() => void round(), pauseMs);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Signs what waits for a head, once. Throws the errors of S3 and Redis. */
export async function signHeads(core: Core, writer: HeadWriter): Promise<void> {
  const { waitingJournals: waiting, clock } = core;
  const reportRefused = refusalReporter(core);
  for (const journal of await waiting.unsigned(maxJournals)) {
    try {
      if (!(await writer.sign(journal))) continue;
      await waiting.signed(journal);
      // Lines that came in between were listed before they were taken off the list.
      if (!(await writer.sign(journal))) await waiting.notSigned(journal, clock.now());
    } catch (thrown) {
      const error = asOpsError(thrown);
      if (!isRefusal(error)) throw error;
      await reportRefused(journal, error);
      await waiting.signed(journal);
    }
  }
}
