import { destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Values that must never reach a log line, wherever an object carries them. */
const secrets = [
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'authorization',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
];

/** JSON lines on standard error, so that standard output stays free for answers. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    destination({ fd: 2, sync: true }),
  );
}
