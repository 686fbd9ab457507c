import type { Command } from 'commander';
import { readConfig } from '../config/environment.ts';
import { createLog } from '../log.ts';
import { printLines } from './shared/print.ts';

/** Shorter than the 30 s that Docker and Kubernetes give before they kill. */
const graceMs = 25_000;

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start the bot and the worker, or one of them by RELIGHT_ROLE')
    .action(async () => {
      const config = readConfig();
      const log = createLog(config.logLevel);
      process.once('unhandledRejection', (reason) => {
        // What this process held is in Redis; a fresh one goes on with it, a half-broken one would not.
        log.fatal({ reason: String(reason) }, 'an error that nobody caught: this process ends');
        process.exit(1);
      });
      // Loaded only now: what is wrong with the configuration is said at once.
      const { startRelight } = await import('../app/main.ts');
      const relight = await startRelight(config, log);
      printLines([`relight ready: role ${config.role}, port ${relight.port}`]);
      const signal = await stopSignal();
      log.info({ signal }, 'stopping: no new work, what runs may finish');
      await relight.close(graceMs);
    });
}

/** SIGTERM drains: current jobs finish or are handed over. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
