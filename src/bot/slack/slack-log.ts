import { type Logger, LogLevel } from '@slack/web-api';
import type { Log } from '../../log.ts';

/** Sends the log lines of Slack's libraries to our log, except debug lines, which contain whole requests. */
export function slackLog(log: Log): Logger {
  const text = (values: unknown[]): string => values.map(String).join(' ');
  return {
    debug: () => undefined,
    info: (...values) => log.debug({ from: 'slack' }, text(values)),
    warn: (...values) => log.warn({ from: 'slack' }, text(values)),
    error: (...values) => log.error({ from: 'slack' }, text(values)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
