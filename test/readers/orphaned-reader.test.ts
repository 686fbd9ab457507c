import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { builtModule } from '../support/build.ts';
import { until } from '../support/until.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a process that reads user files does not outlive a worker that is killed while it starts', async () => {
  const worker = `
    import { fork } from 'node:child_process';
    const reader = fork(new URL(${JSON.stringify(builtModule('readers/reader-process.js').href)}), { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    process.stdout.write(String(reader.pid), () => process.kill(process.pid, 'SIGKILL'));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', worker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = await Promise.all([text(child.stdout), once(child, 'exit')]);

  expect(Number(pid)).toBeGreaterThan(1);
  await until(() => !isAlive(Number(pid)), 'the reader to end', 60_000);
});
