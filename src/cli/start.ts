import type { Command } from 'commander';
import { startTracing } from '../app/tracing.ts';
import { readConfig } from '../config/environment.ts';
import { createLog, type Log } from '../log.ts';
import { printLines } from './shared/print.ts';

/** Shorter than the 30 s that Docker and Kubernetes wait before they kill a process. */
const graceMs = 25_000;

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start the bot and the worker, or only one of them (RELIGHT_ROLE)')
    .action(async () => {
      const config = readConfig();
      const log = createLog(config.logLevel);
      process.once('unhandledRejection', (reason) => {
        // All work is in Redis, so a new process can continue it. A process in an unknown state might not.
        log.fatal({ reason: String(reason) }, 'unhandled rejection: exiting');
        process.exit(1);
      });
      // Loaded after readConfig, so that configuration errors are reported immediately.
      const { startRelight } = await import('../app/main.ts');
      const tracing = await startTracing(config, log);
      const relight = await startRelight(config, log);
      printLines([`relight ready: role ${config.role}, port ${relight.port}`]);
      const signal = await stopSignal();
      log.info({ signal }, 'stopping: no new work is started, running work can finish');
      exitAfter(graceMs + 2_000, log);
      await relight.close(graceMs - tracing.closeMs);
      await tracing.close();
      // Connections to a Redis that is away would keep the process alive.
      process.exit(0);
    });
}

/** All work is in Redis, so nothing is lost by leaving it. */
function exitAfter(ms: number, log: Log): void {
  const leave = (): never => {
    log.error({ ms }, 'exiting: something did not end in time; another process continues its work');
    process.exit(1);
  };
  setTimeout(leave, ms).unref();
}

/** SIGTERM drains the process: running jobs finish or are returned to the queue. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
