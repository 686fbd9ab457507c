import { createHeadSigner, type HeadKey } from '../../audit/archive/head-signer.ts';
import { createHeadWriter, type HeadWriter } from '../../audit/archive/head-writer.ts';
import type { VaultStore } from '../../audit/vault.ts';
import { asOpsError, type OpsError } from '../../errors.ts';
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
 * Nothing waits for it: while the vault or the key refuses, entries go on to be archived, and get their head later.
 */
export function startHeadSigning(
  core: Core,
  store: VaultStore | undefined,
  headKey: HeadKey | undefined,
): HeadSigning {
  if (store === undefined) return { stop: () => undefined };
  const trouble = headTrouble(core);
  const writer = createHeadWriter({ ...core, store, heads: createHeadSigner(core.proofs, headKey) });
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = signEveryMs;
  let stopped = false;
  const round = async (): Promise<void> => {
    try {
      await signHeads(core, writer);
      pauseMs = signEveryMs;
      await trouble.over();
    } catch (thrown) {
      pauseMs = Math.min(maxPauseMs, pauseMs * 2);
      await trouble.note(asOpsError(thrown));
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

/** Tells why heads are not signed: in the log, and to all processes for /readyz. */
function headTrouble({ archiveState, log, clock }: Core) {
  const warn = createRareWarnings(log, clock.now);
  let since: number | undefined;
  // A process that was killed may have left its reason in Redis.
  let isNoted = true;
  return {
    note: async ({ message }: OpsError): Promise<void> => {
      since ??= clock.now();
      isNoted = true;
      warn('the heads of the archive could not be signed; Relight tries again', { error: message });
      // Redis may be what failed.
      await archiveState.noteHeadTrouble({ since, why: message }).catch(() => undefined);
    },
    over: async (): Promise<void> => {
      since = undefined;
      if (isNoted) await archiveState.noteHeadTrouble(undefined);
      isNoted = false;
    },
  };
}

/** Signs what waits for a head, once. Throws the errors of S3, of Redis and of the key. */
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
