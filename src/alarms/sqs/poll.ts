import { setTimeout as pause } from 'node:timers/promises';
import { asOpsError, type OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { AlarmHandler } from '../handle-alarm.ts';
import type { AlarmDelivery, AlarmSource } from '../ports.ts';
import { inOrder } from './in-order.ts';

export interface AlarmLoopDeps {
  readonly source: AlarmSource;
  readonly handleAlarm: AlarmHandler;
  /** Called whenever the queue responds, with or without messages. */
  readonly alive: () => Promise<void>;
  readonly log: Log;
}

export interface AlarmLoop {
  readonly close: () => Promise<void>;
}

const pauseAfterErrorMs = 2_000;

/** Long-polls the alarm queue until closed. Deletes a message from the queue only after it is recorded. */
export function startAlarmLoop(deps: AlarmLoopDeps): AlarmLoop {
  const stop = new AbortController();
  const running = loop(deps, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

async function loop(deps: AlarmLoopDeps, signal: AbortSignal): Promise<void> {
  const { source } = deps;
  while (!signal.aborted) {
    try {
      const messages = await source.receive(signal);
      await deps.alive();
      await handleAll(deps, messages);
    } catch (error) {
      if (signal.aborted) return;
      deps.log.warn({ error: asOpsError(error).line }, 'cannot read the alarm queue');
      await pause(pauseAfterErrorMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Most batches are recorded within this time; recorded messages need not wait for a slow one. */
const deleteEveryMs = 30;

/** Handles a batch and deletes recorded messages from the queue, in as few calls as possible. */
async function handleAll(deps: AlarmLoopDeps, messages: readonly AlarmDelivery[]): Promise<void> {
  const recorded: AlarmDelivery[] = [];
  const calls: Promise<OpsError | undefined>[] = [];
  const deleteRecorded = (): void => {
    if (recorded.length === 0) return;
    calls.push(deps.source.done(recorded.splice(0)).then(() => undefined, asOpsError));
  };
  const timer = setInterval(deleteRecorded, deleteEveryMs);
  await inOrder(messages, async (message) => {
    if (await record(deps, message)) recorded.push(message);
  });
  clearInterval(timer);
  deleteRecorded();
  const failed = (await Promise.all(calls)).find((error) => error !== undefined);
  if (failed !== undefined) throw failed;
}

/** Returns false if the message could not be recorded; it stays on the queue and comes again. */
async function record({ handleAlarm, log }: AlarmLoopDeps, message: AlarmDelivery): Promise<boolean> {
  try {
    await handleAlarm({ id: message.id, body: message.body, path: 'sqs' });
    return true;
  } catch (error) {
    log.warn(
      { message: message.id, error: asOpsError(error).line },
      'an alarm could not be recorded; the queue will redeliver it',
    );
    return false;
  }
}
