import { z } from 'zod';
import type { LogLine } from '../../ports/ports.ts';
import type { HostLog } from './voices.ts';

/** The output of `aws logs get-log-events` and `filter-log-events`. */
const SavedEvents = z.object({
  events: z.array(
    z.object({ message: z.string(), timestamp: z.number().default(0), logStreamName: z.string().optional() }),
  ),
});

/** `2025-11-04T03:12:07.114000+00:00 job/algo-2-1762257000 text`, as `aws logs tail` prints it. */
const tailed = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,20}) \S{0,200}?\/(algo-\d{1,4})\S{0,80} (.*)$/;
const numbered = /algo-\d{1,4}/;

/** The logs in a saved file, by host. A plain file is the log of the host that its name contains, or else of `host`. */
export function savedLogs(name: string, text: string, host: string): readonly HostLog[] {
  const own = numbered.exec(name)?.[0] ?? host;
  const events = eventsIn(text);
  const lines = events ?? text.split(/\r?\n/).map((line) => lineOf(line));
  const byHost = new Map<string, LogLine[]>();
  for (const { host: of = own, ...line } of lines) {
    const known = byHost.get(of) ?? [];
    known.push(line);
    byHost.set(of, known);
  }
  return [...byHost].map(([one, all]) => ({ host: one, lines: withoutEnd(all) }));
}

type Line = LogLine & { readonly host?: string | undefined };

function eventsIn(text: string): readonly Line[] | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const { events } = SavedEvents.parse(JSON.parse(text));
    return events.map(({ message, timestamp, logStreamName = '' }) => {
      return { at: timestamp, text: message.trimEnd(), host: numbered.exec(logStreamName)?.[0] };
    });
  } catch {
    return undefined;
  }
}

function lineOf(text: string): Line {
  const [, time = '', host, rest] = tailed.exec(text) ?? [];
  const at = Date.parse(time);
  return rest === undefined || Number.isNaN(at) ? { at: 0, text } : { at, text: rest, host };
}

function withoutEnd(lines: readonly LogLine[]): readonly LogLine[] {
  return lines.slice(0, lines.findLastIndex(({ text }) => text.trim() !== '') + 1);
}
