import { asOpsError, type OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { AlarmHandler } from '../handle-alarm.ts';
import type { AlarmDelivery, AlarmSource } from '../ports.ts';
import { inOrder } from './in-order.ts';

export interface AlarmLoopDeps {
  readonly source: AlarmSource;
  readonly handleAlarm: AlarmHandler;
  /** The queue has answered, with messages or without. */
  readonly alive: () => Promise<void>;
  readonly log: Log;
}

export interface AlarmLoop {
  readonly close: () => Promise<void>;
}

const pauseAfterErrorMs = 2_000;

/** Long-polls the alarm queue until it is closed. A message is taken off the queue only when it is recorded. */
export function startAlarmLoop(parts: AlarmLoopDeps): AlarmLoop {
  const stop = new AbortController();
  const running = loop(parts, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

async function loop(parts: AlarmLoopDeps, signal: AbortSignal): Promise<void> {
  const { source } = parts;
  while (!signal.aborted) {
    try {
      const messages = await source.receive(signal);
      await parts.alive();
      await takeAll(parts, messages);
    } catch (error) {
      if (signal.aborted) return;
      parts.log.warn({ error: asOpsError(error).line }, 'the alarm queue cannot be read');
      await pause(pauseAfterErrorMs, signal);
    }
  }
}

/** Most batches are recorded by then; where one is not, what is recorded need not wait for the rest of it. */
const deleteEveryMs = 30;

/** Takes off the queue what is recorded, as many messages at a time as there are by then. */
async function takeAll(parts: AlarmLoopDeps, messages: readonly AlarmDelivery[]): Promise<void> {
  const recorded: AlarmDelivery[] = [];
  const calls: Promise<OpsError | undefined>[] = [];
  const takeOff = (): void => {
    if (recorded.length === 0) return;
    calls.push(parts.source.done(recorded.splice(0)).then(() => undefined, asOpsError));
  };
  const timer = setInterval(takeOff, deleteEveryMs);
  await inOrder(messages, async (message) => {
    if (await take(parts, message)) recorded.push(message);
  });
  clearInterval(timer);
  takeOff();
  const failed = (await Promise.all(calls)).find((error) => error !== undefined);
  if (failed !== undefined) throw failed;
}

/** What cannot be recorded stays on the queue and comes again: then this is false. */
async function take({ handleAlarm, log }: AlarmLoopDeps, message: AlarmDelivery): Promise<boolean> {
  try {
    await handleAlarm({ id: message.id, body: message.body, path: 'sqs' });
    return true;
  } catch (error) {
    log.warn(
      { message: message.id, error: asOpsError(error).line },
      'an alarm could not be recorded; it will come again',
    );
    return false;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
