import { destination, type Logger, pino } from 'pino';
import { plainJson } from './sanitize/plain-text.ts';
import { redactText, redactValue } from './sanitize/redaction.ts';

export type Log = Logger;

/** Fields that must never reach a log line, wherever they occur in an object. */
const secrets = [
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'authorization',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'redisUrl',
  'REDIS_URL',
  'routing_key',
  'RELIGHT_PAGING_KEY',
  'RELIGHT_FALLBACK_SECRET',
  'password',
];

/** Writes JSON lines to standard error, so that standard output is free for results. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      formatters: { log: redactValue },
      hooks: {
        logMethod(inputs, method) {
          const [first, ...rest] = inputs.map((one: unknown) =>
            typeof one === 'string' ? redactText(one) : one,
          );
          // pino types a log call as a string with strings, and accepts objects as well.
          method.apply(this, [first as string, ...(rest as string[])]);
        },
      },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    safeForTerminal(),
  );
}

/** Standard error may be a terminal, and pino does not escape C1 and bidi characters. */
function safeForTerminal(): { readonly write: (line: string) => void } {
  const out = destination({ fd: 2, sync: true });
  return { write: (line) => out.write(plainJson(line)) };
}

export type Warn = (what: string, fields: Readonly<Record<string, unknown>>) => void;

const quietMs = 60_000;

/**
 * Anyone can send a request, so a flood of them must not fill the disk: each kind of warning gets one line a minute,
 * and the next line of its kind says how many were left unsaid. `what` is one of a few fixed texts, never a sender's.
 */
export function createRareWarnings(log: Log, now: () => number): Warn {
  const kinds = new Map<string, { readonly quietUntil: number; unsaid: number }>();
  return (what, fields) => {
    const last = kinds.get(what);
    if (last !== undefined && now() < last.quietUntil) {
      last.unsaid += 1;
      return;
    }
    kinds.set(what, { quietUntil: now() + quietMs, unsaid: 0 });
    log.warn({ ...fields, unsaid: last?.unsaid ?? 0 }, what);
  };
}
