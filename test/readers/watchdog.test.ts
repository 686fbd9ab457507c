import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { builtModule } from '../support/build.ts';

/** Starts the watchdog in a process with these limits, and then does the work. */
async function endOf(limits: { memoryMb: number; cpuMs: number }, work: string): Promise<unknown> {
  const program = `
    import { Worker } from 'node:worker_threads';
    const shared = new Int32Array(new SharedArrayBuffer(12));
    new Worker(new URL(${JSON.stringify(builtModule('readers/watchdog.js').href)}), { workerData: shared.buffer, execArgv: [] })
      .once('message', () => {
        shared[2] = ${limits.cpuMs};
        shared[1] = ${limits.memoryMb};
        ${work}
      });
  `;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: 'ignore',
  });
  const [, signal] = (await once(child, 'exit')) as [unknown, unknown];
  return signal;
}

describe('the watchdog of a process that reads user files', () => {
  it('kills it after seconds of CPU time without progress, even in an endless loop', async () => {
    expect(await endOf({ memoryMb: 4_000, cpuMs: 500 }, 'for (;;);')).toBe('SIGXCPU');
  });

  it('kills it when it uses too much memory, including buffers that the heap limit does not count', async () => {
    const work = 'const kept = []; for (;;) kept.push(Buffer.alloc(20e6, 1));';
    expect(await endOf({ memoryMb: 400, cpuMs: 60_000 }, work)).toBe('SIGUSR2');
  });
});
