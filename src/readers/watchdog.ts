import { parentPort, workerData } from 'node:worker_threads';
import { fields, type Shared, signals } from './limits.ts';

/**
 * A thread beside the one that reads, which may be stuck: it ends the process that uses too much memory, or much
 * processor time without progress. It works from inside because the heap limit of V8 does not count buffers, and a
 * worker thread with a heap limit takes the whole process down on one large allocation.
 */
const shared = new Int32Array(workerData as SharedArrayBuffer) satisfies Shared;

const everyMs = 20;
/** Nothing at all happens for so long only if an await never ends. */
const stuckMs = 10 * 60_000;

let moved = -1;
let since = { cpu: 0, at: 0 };

setInterval(() => {
  const memoryMb = Atomics.load(shared, fields.memoryMb);
  const now = { cpu: cpuMs(), at: performance.now() };
  if (memoryMb === 0 || Atomics.load(shared, fields.moved) !== moved) {
    moved = Atomics.load(shared, fields.moved);
    since = now;
  }
  if (memoryMb === 0) return;
  if (process.memoryUsage.rss() > memoryMb * 1024 * 1024) process.kill(process.pid, signals.memory);
  const late = now.cpu - since.cpu > Atomics.load(shared, fields.cpuMs) || now.at - since.at > stuckMs;
  if (late) process.kill(process.pid, signals.time);
}, everyMs);

parentPort?.postMessage('watching');

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
