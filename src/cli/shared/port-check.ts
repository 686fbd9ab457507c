import { createServer } from 'node:net';
import { OpsError } from '../../errors.ts';

/** Throws if a program other than Relight listens there. */
export async function checkPort(port: number): Promise<void> {
  if (port === 0 || (await isFree(port)) || (await isRelight(port))) return;
  throw new OpsError('config-invalid', `PORT ${port} is in use by another program; set PORT to a free one`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

async function isRelight(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) });
    return (await answer.text()) === '{"ok":true}';
  } catch {
    return false;
  }
}
