import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../listen.ts';
import { type End, endOf, stopProcess } from '../process-end.ts';
import { type AppSecrets, workspace } from './seed.ts';

export interface Binary {
  readonly url: string;
  /** Resolves when the process has exited for any reason. */
  readonly ended: Promise<End>;
  readonly close: () => Promise<void>;
}

const readyWithinMs = 60_000;

/** Runs local-slack on a free port. Clients only get the front's address, because the binary listens on all interfaces. */
export async function startBinary(secrets: AppSecrets): Promise<Binary> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-slack-'));
  const config = join(folder, 'workspace.json');
  await writeFile(config, JSON.stringify(workspace(secrets)));
  const port = await freePort();
  const child = spawn(
    binaryPath(),
    ['--config', config, '--port', String(port), '--base-host', '127.0.0.1', '--files-dir', folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-2_000);
    });
  const killOnExit = (): boolean => child.kill('SIGKILL');
  process.once('exit', killOnExit);
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, () => child.exitCode);
  return {
    url,
    ended: endOf(child, () => output),
    close: async () => {
      process.off('exit', killOnExit);
      await stopProcess(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function binaryPath(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('local-slack-linux-x64/package.json');
    return join(manifest, '..', 'bin', 'local-slack');
  } catch {
    throw new Error(
      'the Slack stand-in (local-slack) runs only on Linux x86-64 and is installed by `npm ci`',
    );
  }
}

/** Polls the control API, because every unknown path returns 200 with the page even before the server is ready. */
async function waitUntilReady(url: string, exitCode: () => number | null): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const answer = await fetch(`${url}/_control/state`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (exitCode() !== null || Date.now() > deadline) throw new Error('the Slack stand-in did not start');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
