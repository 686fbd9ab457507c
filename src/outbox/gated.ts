import { OpsError, type OpsErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Deliver } from './deliver.ts';
import type {
  FileFailure,
  Message,
  NotSent,
  SendResult,
  SlackFiles,
  SlackThreads,
  Thread,
} from './outbox.ts';
import type { SlackGate } from './slack-gate.ts';

/** Errors about the token, the app or the channel: no other message would be taken either. */
const forAll: ReadonlySet<OpsErrorCode> = new Set(['slack-auth', 'slack-scope', 'slack-channel']);
/** A proxy, for example. */
const httpError = /^HTTP \d{3}$/;

function isForAll(thrown: unknown): thrown is OpsError {
  return thrown instanceof OpsError && (forAll.has(thrown.code) || httpError.test(thrown.detail));
}

/** Delivers nothing while the gate is closed, except for one try at a time. The thread watch brings the others forward. */
export function gatedDelivery(gate: SlackGate, deliver: Deliver): Deliver {
  return async (id) => {
    if ((await gate.enter()) === 'closed') return 0;
    try {
      return await deliver(id);
    } catch (thrown) {
      if (isForAll(thrown)) return 0;
      throw thrown;
    }
  };
}

/** Tells the gate how each call went. */
export function gatedThreads<M extends Message, T extends Thread>(
  threads: SlackThreads<M, T>,
  gate: SlackGate,
  log: Log,
): SlackThreads<M, T> {
  const told = async <R>(call: () => Promise<R | NotSent | SendResult>): Promise<R> => {
    try {
      const result = await call();
      await tell(gate, log, result);
      // The caller's own type: this function only looks at it.
      return result as R;
    } catch (thrown) {
      if (isForAll(thrown)) await close(gate, log, thrown);
      throw thrown;
    }
  };
  return {
    ...threads,
    post: async (thread, message, root) => told(async () => threads.post(thread, message, root)),
    update: async (thread, message, ts) => told(async () => threads.update(thread, message, ts)),
    find: async (thread, key, root) => told(async () => threads.find(thread, key, root)),
  };
}

/** Found or not, a search says nothing about whether Slack takes messages: an archived channel can be searched. */
async function tell(gate: SlackGate, log: Log, result: unknown): Promise<void> {
  const kind = kindOf(result);
  if (kind === 'unknown') await gate.silent();
  if (kind === 'sent' && (await gate.taken())) log.info('Slack takes messages again');
}

function kindOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'kind' in result ? result.kind : undefined;
}

async function close(gate: SlackGate, log: Log, error: OpsError): Promise<void> {
  if ((await gate.trouble()) === undefined) log.error({ error: error.line }, 'Slack takes no messages');
  await gate.refused(error.detail);
}

const retryMs = 5_000;

/** A file that Slack refuses for reasons that apply to all files waits for the gate instead of being given up. */
export function gatedFiles(files: SlackFiles, gate: SlackGate, log: Log): SlackFiles {
  const told = async <R extends { readonly kind: string }>(
    result: R | FileFailure,
  ): Promise<R | FileFailure> => {
    if (result.kind !== 'refused' || !('error' in result) || !isForAll(result.error)) return result;
    await close(gate, log, result.error);
    return { kind: 'busy', afterMs: retryMs };
  };
  return {
    ...files,
    upload: async (file, bytes) => told(await files.upload(file, bytes)),
    show: async (uploads, root) => told(await files.show(uploads, root)),
  };
}
