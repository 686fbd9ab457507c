import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { asOpsError, OpsError } from '../errors.ts';
import { ownModule } from '../playbooks/own-files.ts';
import { type ByteLocation, wholeFile } from '../ports/reading.ts';
import { fields, type Limits, limitsFor, type Shared, usual } from './limits.ts';
import { loaderOptions } from './load-from-source.ts';
import { runTask } from './run-task.ts';
import { type Failure, type FromReader, keyOf, type TaskRequest, type ToReader } from './tasks.ts';

/** A process that reads user files for its parent, one task at a time. A bad file may kill it. */
const shared: Shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(fields).length));
const watchdog = ownModule('readers/watchdog');
/** Nothing is read before the watchdog is running: a thread that is still loading may wait for this one. */
const watching = once(
  new Worker(watchdog, { workerData: shared.buffer, ...loaderOptions(watchdog) }),
  'message',
);

/** The last reported location, also of an earlier task: hyparquet leaves promises behind that fail later. */
let last: ByteLocation | undefined;
let answered: ((answer: Failure | undefined) => void) | undefined;

process.on('message', (message: ToReader) => {
  if ('request' in message) void runRequest(message.request);
  else answered?.(message.answer);
});

// The parent has exited, so nothing waits for the result.
process.once('disconnect', () => process.exit());
// It may have exited while this process was loading. The watchdog's thread would keep it alive for good.
if (!process.connected) process.exit();

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (thrown: unknown) => {
    const crashed = asOpsError(thrown).detail.slice(0, 200);
    process.send?.({ crashed, at: last } satisfies FromReader, () => process.exit(1));
  });

void watching.then(() => tell({ ready: true }));

function tell(message: FromReader): void {
  process.send?.(message);
}

function limit({ memoryMb, cpuMs }: Limits): void {
  Atomics.store(shared, fields.cpuMs, cpuMs);
  Atomics.store(shared, fields.memoryMb, memoryMb);
  Atomics.add(shared, fields.moved, 1);
}

async function runRequest({ refused, ...request }: TaskRequest): Promise<void> {
  await watching;
  const places = new Map(refused);
  const moved = (): void => void Atomics.add(shared, fields.moved, 1);
  const at = (place: ByteLocation, expects?: { readonly bytes: number }): void => {
    limit(expects === undefined ? usual : limitsFor(expects.bytes, process.memoryUsage.rss()));
    last = place;
    tell({ at: place });
  };
  limit(usual);
  try {
    const reading = {
      at,
      moved,
      refused: (place: ByteLocation) =>
        places.get(keyOf(place)) ?? places.get(keyOf({ ...place, at: wholeFile })),
    };
    tell({ done: await runTask(request, { reading, ask }) });
  } catch (thrown) {
    const { code, detail, refused } = asOpsError(thrown);
    tell({ failed: { code, detail, refused } });
  } finally {
    Atomics.store(shared, fields.memoryMb, 0);
  }
}

async function ask(asks: Extract<FromReader, { asks: unknown }>['asks']): Promise<void> {
  const answer = new Promise<Failure | undefined>((resolve) => {
    answered = resolve;
  });
  tell({ asks });
  const refusal = await answer;
  if (refusal !== undefined) throw new OpsError(refusal.code, refusal.detail, { refused: refusal.refused });
}
