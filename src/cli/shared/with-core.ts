import { type Core, openCore } from '../../app/core.ts';
import { readConfig } from '../../config/environment.ts';
import { createLog } from '../../log.ts';

/** For commands that read what Relight keeps in Redis. */
export async function withCore<Result>(work: (core: Core) => Promise<Result>): Promise<Result> {
  const core = await openCore(readConfig(), createLog('silent'));
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
