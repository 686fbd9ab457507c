import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../log.ts';

/** Slack's libraries into our log. Their debug lines are left out: they carry whole requests. */
export function slackLog(log: Log): Logger {
  const words = (parts: unknown[]): string => parts.map(String).join(' ');
  return {
    debug: () => undefined,
    info: (...parts) => log.debug({ from: 'slack' }, words(parts)),
    warn: (...parts) => log.warn({ from: 'slack' }, words(parts)),
    error: (...parts) => log.error({ from: 'slack' }, words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
