import { parentPort, workerData } from 'node:worker_threads';
import { fields, type Shared, signals } from './limits.ts';

/**
 * Runs beside the reading thread, which may hang, and kills the process if it uses too much memory or too much CPU time
 * without progress. A heap limit cannot do this: V8's does not count buffers, and a worker thread with a heap limit
 * takes the whole process down on one large allocation.
 */
const shared = new Int32Array(workerData as SharedArrayBuffer) satisfies Shared;

const everyMs = 20;
/** This long without any progress means that an await never resolves. */
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
